import { newId } from '@chorus/shared/id.ts';
import { SYSTEM_ROLES, type Permission } from '@chorus/shared/permissions.ts';
import { accountsInProcess } from '@chorus/tests/harness/accounts.ts';
import { codeOf, steadyClock } from '@chorus/tests/harness/signing-in.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { COMPLETE_MFA, PASSWORD, REFUSED, SIGN_IN } from '../testing.ts';
import { LIMITS } from './limits.ts';

const UNLOCK = `mutation ($memberId: ID!) {
  unlockMember(input: { memberId: $memberId }) { __typename ... on Member { id } }
}`;

const NOT_FOUND = { __typename: 'MemberNotFound' };

/** One enrolled person whose codes are guessed, with the clock in the middle of a half minute. */
async function enrolled() {
  steadyClock();
  const subgraph = await accountsInProcess();
  const { db, tenant, member } = subgraph;
  const { id: tenantId } = await tenant();
  const person = await member(tenantId, { totp: true });
  await db.execute(sql`delete from attempt`);
  const visitor = subgraph.as({ anonymous: true });
  const challenge = async (): Promise<string> =>
    (await visitor(SIGN_IN, { email: person.email, password: PASSWORD })).data.signIn.challengeToken;
  const complete = async (challengeToken: string, code: string) =>
    (await visitor(COMPLETE_MFA, { challengeToken, code })).data.completeMfa;
  const code = () => codeOf(person.seed);
  const wrong = (index = 0) => String((Number(code()) + 1 + index) % 1_000_000).padStart(6, '0');
  /** How many codes were compared with the seed so far. */
  const verified = () => subgraph.statements.filter((text) => text.includes('find_totp_factor')).length;
  const windowEnds = () => db.execute(sql`update attempt set ends_at = now() where kind = 'factor'`);
  const failStraight = async (token: string) => {
    for (let tries = 0; tries < LIMITS.factorStraight.max; tries += 1) {
      if (tries % LIMITS.factor.max === 0) await windowEnds();
      expect(await complete(token, wrong())).toEqual(REFUSED);
    }
  };
  const unlock = async (permissions: readonly Permission[], memberId = person.id, whose = tenantId) =>
    subgraph.as({ tenantId: whose, permissions })(UNLOCK, { memberId });
  return {
    ...subgraph,
    person,
    challenge,
    complete,
    code,
    wrong,
    verified,
    windowEnds,
    failStraight,
    unlock,
  };
}

test('of two hundred parallel wrong codes over four challenges five are verified', async () => {
  const { challenge, complete, wrong, code, verified } = await enrolled();
  const tokens = [await challenge(), await challenge(), await challenge(), await challenge()];
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) => complete(tokens[index % 4] ?? '', wrong(index + 10))),
  );
  expect(answers).toEqual(Array.from({ length: 200 }, () => REFUSED));
  expect(verified()).toBe(LIMITS.factor.max);
  expect(await complete(await challenge(), code())).toEqual(REFUSED);
  expect(verified()).toBe(LIMITS.factor.max);
});

test('a new sign-in gives no new tries, the end of the window does', async () => {
  const { challenge, complete, wrong, code, windowEnds } = await enrolled();
  for (let tries = 0; tries < LIMITS.factor.max; tries += 1) await complete(await challenge(), wrong());
  expect(await complete(await challenge(), code())).toEqual(REFUSED);
  await windowEnds();
  expect((await complete(await challenge(), code())).__typename).toBe('Session');
});

test('a success forgets the failures before it', async () => {
  const { challenge, complete, wrong, code, db } = await enrolled();
  const token = await challenge();
  for (let tries = 1; tries < LIMITS.factor.max; tries += 1) await complete(token, wrong());
  expect((await complete(token, code())).__typename).toBe('Session');
  const left = await db.execute(sql`select from attempt where kind in ('factor', 'factor-straight')`);
  expect([...left]).toEqual([]);
});

test('twenty straight failures lock the factor until an admin of the tenant unlocks it', async () => {
  const { challenge, complete, code, windowEnds, verified, person, unlock, failStraight } = await enrolled();
  const token = await challenge();
  await failStraight(token);
  expect(verified()).toBe(LIMITS.factorStraight.max);
  await windowEnds();
  expect(await complete(token, code())).toEqual(REFUSED);

  expect((await unlock(['members.read'])).errors).toEqual(['unlockMember: FORBIDDEN']);
  expect((await unlock(['members.manage'])).errors).toEqual(['unlockMember: FORBIDDEN']);
  for (const unknown of ['', newId()])
    expect((await unlock(SYSTEM_ROLES.admin, unknown)).data.unlockMember).toEqual(NOT_FOUND);
  const elsewhere = await unlock(SYSTEM_ROLES.admin, person.id, newId());
  expect(elsewhere.data.unlockMember).toEqual(NOT_FOUND);
  expect(await complete(token, code())).toEqual(REFUSED);

  const { data } = await unlock(SYSTEM_ROLES.admin);
  expect(data.unlockMember).toEqual({ __typename: 'Member', id: person.id });
  expect((await complete(token, code())).__typename).toBe('Session');
});

test('a straight lock ends by itself a day after the first failure, and not before', async () => {
  const { challenge, complete, code, windowEnds, db, failStraight } = await enrolled();
  const token = await challenge();
  await failStraight(token);
  await windowEnds();
  const [lock] = await db.execute<{ left: number }>(sql`
    select extract(epoch from ends_at - now())::int as left from attempt where kind = 'factor-straight'`);
  expect(lock?.left).toBeGreaterThan(24 * 3600 - 60);
  expect(lock?.left).toBeLessThanOrEqual(24 * 3600);
  expect(await complete(token, code())).toEqual(REFUSED);
  await db.execute(sql`update attempt set ends_at = now() where kind = 'factor-straight'`);
  expect((await complete(token, code())).__typename).toBe('Session');
});
