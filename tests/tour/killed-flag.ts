import { inMs, must, until, type Stop } from './stop.ts';

const KILL = 'mutation ($input: KillFlagInput!) { result: killFlag(input: $input) { __typename } }';
const REVIVE = 'mutation ($input: KillFlagInput!) { result: reviveFlag(input: $input) { __typename } }';
const QUERY = '{ shareOfVoice { share } }';
const LONGEST_MS = 1_000;

interface Seen {
  errors?: { extensions: { code: string } }[];
  extensions?: { why: { paths: { shareOfVoice?: { feature?: { layer: string } } } } };
}

/** Staff switch a feature off for everybody, and on again. */
export const killedFlag: Stop = {
  title: 'A feature misbehaves: staff switch it off everywhere',
  visit: async ({ people, say }) => {
    const [owner, staff] = [await people.member('owner@acme.test'), await people.staff()];
    const look = async (): Promise<Seen> => (await owner(QUERY, {}, { 'chorus-explain': '1' })).body as Seen;
    const layer = ({ extensions }: Seen) => extensions?.why.paths.shareOfVoice?.feature?.layer;
    const before = await look();
    must(before.errors === undefined, 'acme has share of voice', before);
    say(`before               on, decided by: ${layer(before)}`);
    const input = { key: 'share_of_voice', reason: 'the tour shows a kill' };
    await staff(KILL, { input });
    const killed = await until('the feature is off', look, ({ errors }) => errors !== undefined);
    must(killed.ms < LONGEST_MS, 'a kill is in force within a second', killed.ms);
    const code = killed.found.errors?.[0]?.extensions.code;
    say(`${inMs(killed.ms).padEnd(8)} after the kill: ${code}, decided by: ${layer(killed.found)}`);
    await staff(REVIVE, { input });
    const { ms } = await until('the feature is on again', look, ({ errors }) => errors === undefined);
    say(`${inMs(ms).padEnd(8)} after it was revived: on`);
  },
};
