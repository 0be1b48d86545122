import { flagWith } from '@chorus/shared/flags/testing.ts';
import { expect, test } from 'vitest';
import { DEFINE, flagging } from '@chorus/tests/harness/flags.ts';

const ROLL_BACK = `mutation ($input: RollBackFlagInput!) {
  rollBackFlag(input: $input) {
    __typename
    ... on FlagDefined { flag { version definition } changes { path before after } }
    ... on FlagConflict { version }
    ... on Problem { message }
  }
}`;
const VERSIONS = `query ($key: String!) {
  flagVersions(key: $key) { version reason repeats author { kind } changes { path before after } }
}`;

async function defining() {
  const here = await flagging();
  const { staff } = here;
  const change = async (definition: unknown, basedOn: number, reason = 'Because.') =>
    (await staff(DEFINE, { input: { definition, basedOn, reason } })).data.defineFlag;
  const rollBack = async (input: object) =>
    (await staff(ROLL_BACK, { input: { reason: 'Back.', ...input } })).data.rollBackFlag;
  return { ...here, change, rollBack };
}

test('a new version answers what is different, and the log tells the same', async () => {
  const { define, change, logged, seen } = await defining();
  const key = await define();
  expect(await seen(key)).toMatchObject({ on: false, layer: 'DEFAULT', version: 1 });
  const changes = [{ path: 'default', before: 'off', after: 'on' }];
  expect(await change(flagWith({ key, default: 'on' }), 1)).toEqual({
    __typename: 'FlagDefined',
    flag: { key, version: 2 },
    changes,
  });
  expect(await seen(key)).toMatchObject({ on: true, value: true, version: 2 });
  expect((await logged(key)).map(({ action, before, after }) => [action, before, after])).toEqual([
    ['flag.defined', null, expect.objectContaining({ version: 1, key, default: 'off' })],
    ['flag.defined', { version: 1, default: 'off' }, { version: 2, default: 'on' }],
  ]);
});

test('a version that was can be had again, and none is lost', async () => {
  const { define, change, rollBack, staff, logged, seen } = await defining();
  const key = await define();
  await change(flagWith({ key, default: 'on' }), 1);
  const back = await rollBack({ key, version: 1, basedOn: 2 });
  expect(back).toMatchObject({ flag: { version: 3, definition: flagWith({ key }) } });
  expect(back.changes).toEqual([{ path: 'default', before: 'on', after: 'off' }]);
  expect(await seen(key)).toMatchObject({ on: false, version: 3 });
  const { flagVersions } = (await staff(VERSIONS, { key })).data;
  expect(flagVersions).toMatchObject([
    { version: 3, reason: 'Back.', repeats: 1, author: { kind: 'staff' }, changes: back.changes },
    { version: 2, reason: 'Because.', repeats: null },
    { version: 1, reason: 'Test.', repeats: null },
  ]);
  expect((await logged(key)).at(-1)).toMatchObject({
    action: 'flag.rolled-back',
    after: { version: 3, repeats: 1 },
  });
});

test('of two who change one version one does, and the other is told which is in force', async () => {
  const { define, change, staff, rollBack, logged } = await defining();
  const key = await define();
  const both = await Promise.all([
    change(flagWith({ key, default: 'on' }), 1),
    change(flagWith({ key, tags: ['x'] }), 1),
  ]);
  const typesOf = (outcomes: { __typename: string }[]) =>
    outcomes.map(({ __typename }) => __typename).toSorted();
  expect(typesOf(both)).toEqual(['FlagConflict', 'FlagDefined']);
  expect(both.find(({ __typename }) => __typename === 'FlagConflict')).toMatchObject({ version: 2 });
  expect(await change(flagWith({ key }), 0)).toMatchObject({ __typename: 'FlagConflict', version: 2 });
  expect(await rollBack({ key, version: 1, basedOn: 1 })).toMatchObject({
    __typename: 'FlagConflict',
    version: 2,
  });
  expect((await staff(VERSIONS, { key })).data.flagVersions).toHaveLength(2);
  const refused = (await logged(key)).filter(({ action }) => action === 'flag.refused');
  expect(refused.map(({ reason }) => reason)).toEqual(['conflict', 'conflict', 'conflict']);
});

test('a version and a flag that never were cannot be gone back to', async () => {
  const { define, rollBack, key: newKey, staff } = await defining();
  const key = await define();
  expect((await rollBack({ key, version: 7, basedOn: 1 })).__typename).toBe('FlagUnknown');
  expect((await rollBack({ key: newKey(), version: 1, basedOn: 0 })).__typename).toBe('FlagUnknown');
  expect((await staff(VERSIONS, { key })).data.flagVersions).toHaveLength(1);
});

test('what a flag cannot say is refused with a sentence and one line in the log, and nothing is written', async () => {
  const { key: newKey, change, logged, staff } = await defining();
  const key = newKey();
  const rule = (when: object, serve = 'on') =>
    flagWith({ key, rules: [{ id: 'r', when: when as never, serve }] });
  const deep = { not: { not: { not: { not: { role: ['admin'] } } } } };
  for (const [definition, reason] of [
    [rule(deep), 'Because.'],
    [rule({ role: ['admin'] }, 'gold'), 'Because.'],
    [rule({ role: Array.from({ length: 101 }, String) }), 'Because.'],
    [{ key }, 'Because.'],
    ['text', 'Because.'],
    [flagWith({ key }), ' '],
    [flagWith({ key }), 'x'.repeat(301)],
  ] as const) {
    const outcome = await change(definition, 0, reason);
    expect(outcome).toMatchObject({
      __typename: 'FlagInvalid',
      message: expect.stringMatching(/\.$/) as unknown,
    });
  }
  expect((await staff(VERSIONS, { key })).data.flagVersions).toEqual([]);
  expect((await logged(key)).map(({ action }) => action)).toEqual(['flag.refused', 'flag.refused']);
  expect((await logged('unreadable')).length).toBeGreaterThanOrEqual(5);
});

test('subgraphs are told of no more flags than a signed identity has room for', async () => {
  const { define, change, key: newKey } = await defining();
  const big = (key: string) =>
    flagWith({ key, told: true, kind: 'string', variants: { off: 'a', [`v${'x'.repeat(39)}`]: 'b' } });
  const told: string[] = [];
  for (;;) {
    const key = newKey();
    const outcome = await change(big(key), 0);
    if (outcome.__typename === 'FlagInvalid') break;
    told.push(key);
    expect(told.length).toBeLessThan(20);
  }
  expect(told.length).toBeGreaterThan(5);
  for (const key of told) expect((await change(flagWith({ key }), 1)).__typename).toBe('FlagDefined');
  await define();
});
