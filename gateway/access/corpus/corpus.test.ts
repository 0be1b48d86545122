import { ERRORS } from '@chorus/shared/errors.ts';
import { describe, expect, test } from 'vitest';
import { sharedByTests } from '../../testing-lifetime.ts';
import { SUITES } from './cases.ts';
import { secretsOf, ungated, type Case, type Claims, type Denied, type Suite } from './corpus.ts';
import { asked, sentOf, standing, standingOpen, type Question, type Seen, type Stand } from './stand.ts';

/** What every object inherits; no answer may add to it. */
const inherited = () => Object.getOwnPropertyNames(Object.prototype).toSorted();
const INHERITED = inherited();

const sorted = (list: readonly object[]): string[] => list.map((item) => JSON.stringify(item)).toSorted();

const expectedError = ({ code, at, path, feature, maxAge }: Denied) => ({
  code,
  message: ERRORS[code].message,
  ...(path.length === 0 ? {} : { path }),
  ...(at === path.join('.') ? {} : { affectedPath: at }),
  ...(feature === undefined ? {} : { feature }),
  ...(code === 'MFA_REQUIRED' ? { stepUp: maxAge === undefined ? {} : { maxAge } } : {}),
});

const seenError = ({ message, path, extensions }: NonNullable<Seen['body']['errors']>[number]) => {
  const { code, affectedPath, feature, stepUp, ...rest } = extensions;
  return {
    code,
    message,
    ...(path === undefined || path.length === 0 ? {} : { path }),
    ...(affectedPath === undefined ? {} : { affectedPath }),
    ...(feature === undefined ? {} : { feature }),
    ...(stepUp === undefined ? {} : { stepUp }),
    ...rest,
  };
};

function check(
  seen: Seen,
  { data, errors = [], invalid, sent = {}, status, challenge }: Case,
  secrets: string[],
) {
  const told = seen.body.errors ?? [];
  if (invalid === undefined) {
    expect(sorted(told.map(seenError))).toEqual(sorted(errors.map(expectedError)));
    expect(seen.status).toBe(status ?? 200);
  } else {
    expect(told.map(({ message }) => message).toSorted()).toEqual(invalid.toSorted());
    expect(new Set(told.map(({ extensions }) => JSON.stringify(extensions)))).toEqual(
      new Set(['{"code":"GRAPHQL_VALIDATION_FAILED"}']),
    );
  }
  expect(JSON.stringify(seen.body.data)).toBe(JSON.stringify(data));
  expect(seen.sent).toEqual(sentOf(sent));
  expect(seen.challenge).toBe(challenge ?? null);
  expect(inherited()).toEqual(INHERITED);
  for (const secret of secrets) expect(JSON.stringify(told)).not.toContain(secret);
}

const distinct = <T>(items: readonly T[]): T[] => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
];

const questions = (cases: Suite['cases']): Question[] =>
  distinct(
    cases.map(({ operation, operationName, variables }) => ({
      operation,
      ...(operationName === undefined ? {} : { operationName }),
      ...(variables === undefined ? {} : { variables }),
    })),
  );

/** Those who may least first; undefined is nobody. */
const callers = ({ cases }: Suite): (Claims | undefined)[] => {
  const named = distinct(cases.flatMap(({ caller }) => caller ?? []));
  return [undefined, ...named.toSorted((a, b) => JSON.stringify(a).length - JSON.stringify(b).length)];
};

/** A caller who meets every demand of the suite but its flags. */
const allRights = (suite: Suite): Claims => ({
  scope: secretsOf(suite).join(' '),
  policies: secretsOf(suite),
  mfaAgo: 0,
});

const answerOf = ({ status, challenge, text, sent }: Seen) => ({ status, challenge, text, sent });

/** Every question of every caller on one gateway, told by question and caller. */
async function answers(stand: Stand, suite: Suite, who: readonly (Claims | undefined)[]) {
  const found = new Map<string, ReturnType<typeof answerOf>>();
  for (const question of questions(suite.cases)) {
    for (const caller of who) {
      const seen = await asked(stand, question, caller);
      found.set(JSON.stringify([question, caller ?? 'nobody']), answerOf(seen));
    }
  }
  return found;
}

const isFeatureMatter = ({ text }: Seen) => /FEATURE_DISABLED|GRAPHQL_VALIDATION_FAILED/.test(text);

describe.each(SUITES)('$title', (suite) => {
  const stand = sharedByTests(() => standing(suite));
  const secrets = secretsOf(suite);

  test.each(suite.cases)('$name', async (one) => {
    check(await asked(stand(), one, one.caller), one, secrets);
  });

  test('answers do not depend on who asked before', async () => {
    const who = callers(suite);
    const rising = await answers(await standing(suite), suite, who);
    expect(await answers(await standing(suite), suite, who.toReversed())).toEqual(rising);
  });

  test.skipIf(Object.values(suite.subgraphs).some(({ sdl }) => ungated(sdl) === undefined))(
    'whoever has all rights gets what a gateway without rules gives',
    async () => {
      const open = await standingOpen(suite);
      for (const question of questions(suite.cases.filter(({ unmet }) => unmet === undefined))) {
        const seen = await asked(stand(), question, allRights(suite));
        if (isFeatureMatter(seen)) continue;
        const expected = await asked(open, question, undefined);
        expect([question, seen.text, seen.sent]).toEqual([question, expected.text, expected.sent]);
      }
    },
  );
});
