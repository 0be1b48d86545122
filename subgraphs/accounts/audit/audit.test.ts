import { transactionOf } from '@chorus/db/context.ts';
import { newId } from '@chorus/shared/id.ts';
import { accountsInProcess } from '@chorus/tests/harness/accounts.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { COMPLETE_MFA, PASSWORD, REFRESH, SIGN_IN, SIGN_OUT } from '../testing.ts';
import { appendAuditEvent } from './audit.queries.ts';
import { NO_TENANT } from './audit.service.ts';

async function withLog() {
  const accounts = await accountsInProcess();
  const { id: tenantId } = await accounts.tenant();
  const { db } = accounts;
  const visitor = accounts.as({ anonymous: true }, { clientAddress: '192.0.2.1', userAgent: 'test' });
  const signIn = async (email: string, password = PASSWORD) =>
    (await visitor(SIGN_IN, { email, password })).data.signIn;
  const events = async (whose = tenantId) => [
    ...(await db.execute<Record<string, unknown>>(sql`
      select sequence::int, action, actor, targets, context, after, previous_hash, hash,
        audit_hash(audit_event) as recomputed
      from audit_event where tenant_id = ${whose} order by sequence`)),
  ];
  const append = (whose = tenantId) =>
    transactionOf(accounts.database, whose, (transaction) =>
      appendAuditEvent(transaction, { id: newId(), action: 'test', actor: {}, targets: [], context: {} }),
    );
  return { ...accounts, tenantId, visitor, signIn, events, append };
}

const refusal = (statement: Promise<unknown>) =>
  statement.then(
    () => 'allowed',
    (error: Error) => (error.cause instanceof Error ? error.cause.message : error.message),
  );

test('signing in, failing, signing out and reusing a token are told of, with who, where and how', async () => {
  const { member, tenantId, visitor, signIn, events } = await withLog();
  const { id, email } = await member(tenantId);
  await signIn(email, 'wrong password');
  const { refreshToken } = await signIn(email);
  await visitor(SIGN_OUT, { refreshToken });
  await visitor(SIGN_OUT, { refreshToken });
  const first = (await signIn(email)).refreshToken;
  const second = (await visitor(REFRESH, { refreshToken: first })).data.refreshSession.refreshToken;
  await visitor(REFRESH, { refreshToken: second });
  await visitor(REFRESH, { refreshToken: first });
  const told = await events();
  expect(told.map(({ action }) => action)).toEqual([
    'sign-in.refused',
    'session.started',
    'session.ended',
    'session.started',
    'session.token-reused',
  ]);
  expect(told[0]).toMatchObject({
    targets: [{ kind: 'member', id }],
    context: { factor: 'password', clientAddress: '192.0.2.1', userAgent: 'test' },
  });
  expect(told[1]).toMatchObject({ actor: { kind: 'member', id }, after: { amr: ['pwd'] } });
  expect(told[2]).toMatchObject({ actor: { kind: 'member', id }, targets: told[1]?.['targets'] });
});

test('a wrong code is told of, and no event holds a secret', async () => {
  const { member, tenantId, visitor, signIn, events } = await withLog();
  const { email } = await member(tenantId, { totp: true });
  const { challengeToken } = await signIn(email);
  await visitor(COMPLETE_MFA, { challengeToken, code: 'wrong code' });
  const told = await events();
  expect(told).toMatchObject([{ action: 'sign-in.refused', context: { factor: 'totp' } }]);
  const text = JSON.stringify(told);
  for (const secret of [PASSWORD, challengeToken, 'wrong code', email]) expect(text).not.toContain(secret);
});

test('an unknown account is told of as often as a known one, malformed passwords too, but not once guessing is refused', async () => {
  const { member, tenantId, signIn, events, db } = await withLog();
  const { email } = await member(tenantId);
  const before = (await events(NO_TENANT)).length;
  for (const whom of [email, `${newId()}@people.test`]) {
    for (const password of ['wrong password', 'short', 'x'.repeat(5_000)]) await signIn(whom, password);
  }
  await db.execute(sql`update attempt set count = 100, opens_at = now() where ends_at > now()`);
  await signIn(email, 'wrong password');
  expect(await events()).toHaveLength(3);
  expect(await events(NO_TENANT)).toHaveLength(before + 3);
});

test('a forged challenge or refresh token is told of once each, but not once guessing is refused', async () => {
  const { visitor, events, db } = await withLog();
  await db.execute(sql`delete from attempt`);
  const before = (await events(NO_TENANT)).length;
  const forge = async () => {
    await visitor(COMPLETE_MFA, { challengeToken: 'forged', code: '123456' });
    await visitor(REFRESH, { refreshToken: `${newId()}.0.${'x'.repeat(43)}` });
    await visitor(REFRESH, { refreshToken: 'forged' });
    await visitor(REFRESH);
  };
  await forge();
  const told = (await events(NO_TENANT)).slice(before);
  expect(told.map(({ action, context }) => [action, (context as { factor: string }).factor])).toEqual([
    ['sign-in.refused', 'challenge'],
    ['sign-in.refused', 'refresh-token'],
    ['sign-in.refused', 'refresh-token'],
  ]);
  expect(JSON.stringify(told)).not.toContain('forged');
  await db.execute(sql`update attempt set count = 100 where ends_at > now()`);
  await forge();
  expect(await events(NO_TENANT)).toHaveLength(before + 3);
});

test('the refresh token of a session that is over is told of in its tenant', async () => {
  const { member, tenantId, visitor, signIn, events } = await withLog();
  const { id, email } = await member(tenantId);
  const { refreshToken } = await signIn(email);
  await visitor(SIGN_OUT, { refreshToken });
  await visitor(REFRESH, { refreshToken });
  expect((await events()).at(-1)).toMatchObject({
    action: 'sign-in.refused',
    targets: [{ kind: 'member', id }],
    context: { factor: 'refresh-token' },
  });
});

test('fifty parallel events make one unbroken chain, and a changed one no longer fits its hash', async () => {
  const { append, events, db, tenantId } = await withLog();
  await Promise.all(Array.from({ length: 50 }, () => append()));
  const chain = await events();
  expect(chain.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  for (const [index, event] of chain.entries()) {
    expect(event['recomputed']).toBe(event['hash']);
    expect(event['previous_hash']).toBe(index === 0 ? '' : chain[index - 1]?.['hash']);
  }
  const [changed] = await db.execute<{ fits: boolean }>(sql`
    select audit_hash(jsonb_populate_record(audit_event, '{"action": "other"}')) = hash as fits
    from audit_event where tenant_id = ${tenantId} and sequence = 7`);
  expect(changed?.fits).toBe(false);
});

test('an event is undone with the change it tells of', async () => {
  const { database, tenantId, events } = await withLog();
  const failing = transactionOf(database, tenantId, async (transaction) => {
    const event = { id: newId(), action: 'test', actor: {}, targets: [], context: {} };
    await appendAuditEvent(transaction, event);
    throw new Error('undone');
  });
  await expect(failing).rejects.toThrow('undone');
  expect(await events()).toEqual([]);
});

test.each(['database', 'worker'] as const)(
  'no role of the %s pool changes or forges what was told',
  async (role) => {
    const { append, tenantId, events, ...subgraph } = await withLog();
    await append();
    const db = subgraph[role].statements(tenantId);
    for (const statement of [
      sql`update audit_event set action = 'x'`,
      sql`delete from audit_event`,
      sql`truncate audit_event`,
      sql`insert into audit_event select * from audit_event`,
    ])
      expect(await refusal(db.execute(statement))).toBe('permission denied for table audit_event');
    expect(await refusal(db.execute(sql`select * from audit_head`))).toBe(
      'permission denied for table audit_head',
    );
    expect(await events()).toHaveLength(1);
  },
);

test('a tenant neither reads nor writes the log of another', async () => {
  const { append, tenantId, tenant, database } = await withLog();
  await append();
  const other = database.statements((await tenant()).id);
  expect([...(await other.execute(sql`select * from audit_event where tenant_id = ${tenantId}`))]).toEqual(
    [],
  );
  const event = { id: newId(), action: 'test', actor: {}, targets: [], context: {} };
  expect(await refusal(appendAuditEvent({ db: other, tenantId }, event))).toBe(
    'an audit event belongs to the tenant of its transaction',
  );
});
