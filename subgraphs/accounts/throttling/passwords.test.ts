import { Database } from '@chorus/db/database.ts';
import { newId } from '@chorus/shared/id.ts';
import { accountsInProcess } from '@chorus/tests/harness/accounts.ts';
import { sql } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { PASSWORD, REFRESH, REFUSED, SIGN_IN } from '../testing.ts';
import { countAttempt } from './attempts.queries.ts';
import { LIMITS } from './limits.ts';

const HOME = '192.0.2.1';
const ELSEWHERE = '198.51.100.1';
const WRONG = 'not the password';

async function accounts() {
  const subgraph = await accountsInProcess();
  const { db, tenant, member } = subgraph;
  await db.execute(sql`delete from attempt`);
  const { email } = await member((await tenant()).id);
  const from = (clientAddress: string) => subgraph.as({ anonymous: true }, { clientAddress });
  const signIn = async (password = PASSWORD, clientAddress = HOME, whom = email) => {
    const { data, errors } = await from(clientAddress)(SIGN_IN, { email: whom, password });
    expect(errors).toEqual([]);
    return data.signIn;
  };
  /** What stands in the counters of one kind; each attempt that was verified and failed adds one. */
  const counted = async (kind: keyof typeof LIMITS) =>
    (
      await db.execute<{ count: number }>(
        sql`select count from attempt where kind = ${LIMITS[kind].kind} order by count`,
      )
    ).map(({ count }) => count);
  const pass = (seconds: number) =>
    db.execute(sql`
      update attempt set started_at = started_at - make_interval(secs => ${seconds}),
        opens_at = opens_at - make_interval(secs => ${seconds}),
        ends_at = ends_at - make_interval(secs => ${seconds})`);
  /** Uses all tries up, with the pauses between them. */
  const exhaust = async (clientAddress = HOME, whom = email) => {
    for (let tries = 0; tries < LIMITS.accountHere.max; tries += 1) {
      expect(await signIn(WRONG, clientAddress, whom)).toEqual(REFUSED);
      await pass(60);
    }
  };
  return { ...subgraph, email, from, signIn, counted, pass, exhaust };
}

test('of fifty parallel wrong passwords no more are verified than the limit', async () => {
  const { signIn, counted } = await accounts();
  const answers = await Promise.all(Array.from({ length: 50 }, () => signIn(WRONG)));
  expect(answers).toEqual(Array.from({ length: 50 }, () => REFUSED));
  const [verified = 0] = await counted('accountHere');
  expect(verified).toBeGreaterThan(0);
  expect(verified).toBeLessThanOrEqual(LIMITS.accountHere.max);
});

test('each alias of one request is an attempt', async () => {
  const { from, email, counted } = await accounts();
  const aliases = Array.from(
    { length: 26 },
    (_, index) =>
      `${String.fromCodePoint(97 + index)}: signIn(input: { email: "${email}", password: "${WRONG}" }) { __typename }`,
  );
  const { data } = await from(HOME)(`mutation { ${aliases.join(' ')} }`);
  expect(
    new Set(Object.values(data as Record<string, { __typename: string }>).map((a) => a.__typename)),
  ).toEqual(new Set(['SignInRefused']));
  const [verified = 0] = await counted('accountHere');
  expect(verified).toBeGreaterThan(2);
  expect(verified).toBeLessThanOrEqual(LIMITS.accountHere.max);
});

test('after six failures the right password is refused until the quarter of an hour is over', async () => {
  const { signIn, exhaust, pass } = await accounts();
  await exhaust();
  expect(await signIn()).toEqual(REFUSED);
  await pass(500);
  expect(await signIn()).toEqual(REFUSED);
  await pass(100);
  expect((await signIn()).__typename).toBe('Session');
});

test('five tries may follow each other, the sixth waits a minute', async () => {
  const { signIn, counted, pass } = await accounts();
  const failuresCounted = async () => {
    await signIn(WRONG);
    return (await counted('accountHere'))[0];
  };
  for (const expected of [1, 2, 3, 4, 5, 5]) expect(await failuresCounted()).toBe(expected);
  await pass(50);
  expect(await failuresCounted()).toBe(5);
  await pass(10);
  expect(await failuresCounted()).toBe(6);
});

test('refused attempts do not prolong the pause', async () => {
  const { signIn, exhaust, pass } = await accounts();
  await exhaust();
  for (let round = 0; round < 3; round += 1) {
    await pass(170);
    await signIn(WRONG);
  }
  await pass(30);
  expect((await signIn()).__typename).toBe('Session');
});

test('a success gives all tries back', async () => {
  const { signIn, counted, exhaust } = await accounts();
  await signIn(WRONG);
  await signIn(WRONG);
  expect((await signIn()).__typename).toBe('Session');
  expect(await counted('accountHere')).toEqual([]);
  expect(await counted('network')).toEqual([2]);
  await exhaust();
});

test('the owner signs in at home while somebody hammers from elsewhere', async () => {
  const { signIn, exhaust } = await accounts();
  await exhaust(ELSEWHERE);
  expect(await signIn(PASSWORD, ELSEWHERE)).toEqual(REFUSED);
  expect((await signIn()).__typename).toBe('Session');
});

test('whoever tries from everywhere meets the limit of the account, its owner at home does not', async () => {
  const { signIn, counted, db } = await accounts();
  expect((await signIn()).__typename).toBe('Session');
  await signIn(WRONG, ELSEWHERE);
  await db.execute(
    sql`update attempt set count = ${LIMITS.accountAnywhere.max} where kind = ${LIMITS.accountAnywhere.kind}`,
  );
  expect(await signIn(PASSWORD, '203.0.113.77')).toEqual(REFUSED);
  expect((await signIn()).__typename).toBe('Session');
  expect(await signIn(WRONG)).toEqual(REFUSED);
  expect(await counted('accountAnywhere')).toEqual([LIMITS.accountAnywhere.max]);
});

test('known and unknown accounts are throttled alike', async () => {
  const { exhaust, db, signIn, email } = await accounts();
  const rows = async () =>
    JSON.stringify(await db.execute(sql`select kind, count from attempt order by kind, count`));
  await exhaust(HOME, email);
  const known = await rows();
  await db.execute(sql`delete from attempt`);
  const unknown = `${newId()}@people.test`;
  await exhaust(HOME, unknown);
  expect(await rows()).toBe(known);
  expect(await signIn(PASSWORD, HOME, unknown)).toEqual(REFUSED);
  expect(await rows()).toBe(known);
});

test('one network fails a hundred times over all accounts; what succeeds there does not count', async () => {
  const { signIn, counted, db } = await accounts();
  for (let round = 0; round < 3; round += 1) expect((await signIn()).__typename).toBe('Session');
  expect(await counted('network')).toEqual([0]);
  await db.execute(sql`update attempt set count = 99 where kind = 'network'`);
  expect(await signIn(WRONG, HOME, 'somebody@people.test')).toEqual(REFUSED);
  expect(await signIn()).toEqual(REFUSED);
  expect((await signIn(PASSWORD, ELSEWHERE)).__typename).toBe('Session');
});

test('refresh tokens that fail are limited per network; a limited one keeps its session', async () => {
  const { signIn, from, counted, db } = await accounts();
  const { refreshToken } = await signIn();
  const refresh = async (token?: string) =>
    (await from(HOME)(REFRESH, { refreshToken: token })).data.refreshSession;
  const next = await refresh(refreshToken);
  expect(next.__typename).toBe('Session');
  expect(await refresh()).toEqual(REFUSED);
  expect(await counted('refresh')).toEqual([0]);
  for (const bad of ['junk', 'more junk']) expect(await refresh(bad)).toEqual(REFUSED);
  expect(await counted('refresh')).toEqual([2]);
  await db.execute(sql`update attempt set count = ${LIMITS.refresh.max} where kind = ${LIMITS.refresh.kind}`);
  expect(await refresh(next.refreshToken)).toEqual(REFUSED);
  await db.execute(sql`delete from attempt`);
  expect((await refresh(next.refreshToken)).__typename).toBe('Session');
});

test('what one process counted another one sees', async () => {
  const { urls } = await accounts();
  const processes = [new Database(urls.app, { max: 2 }), new Database(urls.app, { max: 2 })] as const;
  onTestFinished(() => Promise.all(processes.map((each) => each.end())).then(() => undefined));
  const counter = { ...LIMITS.network, key: newId() };
  const tries = Array.from({ length: 200 }, (_, index) => {
    const { [index % 2]: database = processes[0] } = processes;
    return countAttempt(database.statements(null), [counter]);
  });
  expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(LIMITS.network.max);
});

test('counters name nobody, and those that ended are swept by later attempts', async () => {
  const { signIn, email, db, pass } = await accounts();
  await signIn(WRONG);
  const text = JSON.stringify(await db.execute(sql`select * from attempt`));
  expect(text).not.toContain(email);
  expect(text).not.toContain(HOME);
  const { kind } = LIMITS.refresh;
  await db.execute(sql`
    insert into attempt select ${kind}, n::text, now(), 1, now(), now() from generate_series(1, 8) n`);
  await pass(900);
  for (let round = 0; round < 3; round += 1) await signIn(WRONG, ELSEWHERE, 'somebody@people.test');
  expect([...(await db.execute(sql`select from attempt where ends_at <= now()`))]).toEqual([]);
});
