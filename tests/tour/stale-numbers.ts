import { keepDead } from '../harness/killing.ts';
import { must, until, type Stop } from './stop.ts';

const VOLUME = '{ mentionVolume { count } }';
const LISTEN = `mutation { createTracker(input: { name: "Plane spotting", hashtags: ["avgeek"] }) { __typename } }`;

interface Volume {
  data: { mentionVolume: { count: number }[] | null };
  extensions?: { stale?: string[] };
  errors?: unknown[];
}

const totalOf = ({ data }: Volume): number =>
  (data.mentionVolume ?? []).reduce((sum, { count }) => sum + count, 0);

/** A service is away, and its numbers are not. */
export const staleNumbers: Stop = {
  title: 'The reporting service is killed, and whenever it comes back killed again',
  visit: async ({ people, place, say }) => {
    const analyst = await people.member('analyst@acme.test');
    const volume = async (): Promise<Volume> => (await analyst(VOLUME)).body as Volume;
    const before = totalOf(await volume());
    say(`before               ${before} mentions`);
    const revive = keepDead(place, 'subgraphs/reporting/server.ts');
    try {
      // What is counted meanwhile makes the numbers old, and nobody can be asked for newer ones.
      await analyst(LISTEN);
      const { found } = await until(
        'the numbers stay, and say that they are old',
        volume,
        ({ extensions }) => extensions?.stale !== undefined,
      );
      must(totalOf(found) === before, 'the last numbers stay', found);
      say(`while it is dead     ${totalOf(found)} mentions, marked in extensions.stale`);
    } finally {
      revive();
    }
    const { found } = await until(
      'the numbers are new again',
      volume,
      ({ extensions, errors }) => extensions === undefined && errors === undefined,
    );
    must(totalOf(found) > before, 'what was counted meanwhile is there', found);
    say(`when it is back      ${totalOf(found)} mentions, with those of a tracker that was added meanwhile`);
  },
};
