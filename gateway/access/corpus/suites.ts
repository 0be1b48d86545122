import { describe, expect, test } from 'vitest';
import { secretsOf, ungated, type Claims, type Suite } from './corpus.ts';
import { expectedOf, whatCame } from './expected.ts';
import { asked, keptStands, questionsOf, standing, type Seen, type Stand } from './stand.ts';

/** What every object inherits; no answer may add to it. */
const inherited = () => Object.getOwnPropertyNames(Object.prototype).toSorted();
const INHERITED = inherited();

const distinct = <T>(items: readonly T[]): T[] => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
];

/** Those who may least first; undefined is nobody. */
const callers = ({ cases }: Suite): (Claims | undefined)[] => {
  const named = distinct(cases.flatMap(({ caller }) => caller ?? []));
  return [undefined, ...named.toSorted((a, b) => JSON.stringify(a).length - JSON.stringify(b).length)];
};

/**
 * Every question of every caller, by question and caller. A remark makes each text another one for the gateway, so that
 * the first to ask it is the first of `who`.
 */
async function answers(stand: Stand, suite: Suite, who: readonly (Claims | undefined)[], remark: string) {
  const found = new Map<string, Omit<Seen, 'body'>>();
  for (const question of questionsOf(suite.cases)) {
    const { operation } = question;
    for (const caller of who) {
      const { body, ...rest } = await asked(
        stand,
        { ...question, operation: `${operation} # ${remark}` },
        caller,
      );
      const { requestId } = body.errors?.[0]?.extensions ?? {};
      if (requestId !== undefined) throw new Error(`${operation} failed`);
      found.set(JSON.stringify([question, caller ?? 'nobody']), rest);
    }
  }
  return found;
}

/** A caller who meets every demand of the suite but its flags. */
const allRights = (suite: Suite): Claims => ({
  scope: secretsOf(suite).join(' '),
  policies: secretsOf(suite),
  mfaAgo: 0,
});

/** Nobody can have a flag by a token. */
const isFeatureMatter = ({ text }: Seen): boolean => /FEATURE_DISABLED|GRAPHQL_VALIDATION_FAILED/.test(text);

const withoutRules = ({ subgraphs }: Pick<Suite, 'subgraphs'>): Suite['subgraphs'] =>
  Object.fromEntries(
    Object.entries(subgraphs).map(([name, { sdl, resolvers }]) => [
      name,
      { sdl: ungated(sdl) ?? sdl, resolvers },
    ]),
  );

/** Rules with names of their own cannot be cut out of the text, and what is hidden would appear. */
const isPlain = ({ subgraphs }: Suite): boolean =>
  Object.values(subgraphs).every(({ sdl }) => ungated(sdl) !== undefined && !/@feature\([^,)]*\)/.test(sdl));

/** Tests every case, and what holds for each suite as a whole. */
export function testSuites(suites: readonly Suite[]): void {
  const gatedStand = keptStands(standing);
  const openStand = keptStands((suite) => standing({ subgraphs: withoutRules(suite) }));

  describe.each(suites)('$title', (suite) => {
    const secrets = secretsOf(suite);

    test.each(suite.cases)('$name', async (one) => {
      const seen = await asked(await gatedStand(suite), one, one.caller);
      expect(whatCame(seen)).toEqual(expectedOf(one));
      const errors = JSON.stringify(seen.body.errors ?? []);
      expect(secrets.filter((secret) => errors.includes(secret))).toEqual([]);
      expect(inherited()).toEqual(INHERITED);
    });

    test('answers do not depend on who asked before', async () => {
      const who = callers(suite);
      const stand = await gatedStand(suite);
      const rising = await answers(stand, suite, who, 'rising');
      expect(await answers(stand, suite, who.toReversed(), 'falling')).toEqual(rising);
    });
  });

  describe.each(suites.filter(isPlain))('$title', (suite) => {
    test('whoever has all rights gets what a gateway without rules gives', async () => {
      const [gated, open] = [await gatedStand(suite), await openStand({ subgraphs: suite.subgraphs })];
      for (const question of questionsOf(suite.cases.filter(({ unmet }) => unmet === undefined))) {
        const seen = await asked(gated, question, allRights(suite));
        if (isFeatureMatter(seen)) continue;
        const { text, sent } = await asked(open, question, undefined);
        expect([question, seen.text, seen.sent]).toEqual([question, text, sent]);
      }
    });
  });
}
