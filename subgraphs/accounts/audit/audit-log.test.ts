import { transactionOf } from '@chorus/db/context.ts';
import { newId } from '@chorus/shared/id.ts';
import { accountsInProcess } from '@chorus/tests/harness/accounts.ts';
import { expect, test } from 'vitest';
import { PASSWORD, SIGN_IN } from '../testing.ts';
import { appendAuditEvent } from './audit.queries.ts';

const LOG = `query ($first: Int, $after: String, $filter: AuditLogFilter) {
  auditLog(first: $first, after: $after, filter: $filter) {
    nodes { id sequence time action actor { kind id } targets { kind id } context { clientAddress factor } before after hash }
    pageInfo { hasNextPage endCursor }
  }
}`;

async function accounts() {
  const subgraph = await accountsInProcess();
  const { tenant, member } = subgraph;
  const { id: tenantId } = await tenant();
  const append = (action: string, id = newId(), target = newId()) =>
    transactionOf(subgraph.database, tenantId, (transaction) =>
      appendAuditEvent(transaction, {
        id: newId(),
        action,
        actor: { kind: 'member', id },
        targets: [{ kind: 'session', id: target }],
        context: { requestId: newId() },
      }),
    );
  const ask = subgraph.as({ tenantId, permissions: ['audit.read'] });
  const sequences = async (variables: object) => {
    const { data, errors } = await ask(LOG, { ...variables });
    expect(errors).toEqual([]);
    return data.auditLog.nodes.map(({ sequence }: { sequence: number }) => sequence);
  };
  return { ...subgraph, tenantId, member, append, ask, sequences };
}

test('the log tells who signed in, newest first', async () => {
  const { as, member, tenantId, ask } = await accounts();
  const { id, email } = await member(tenantId);
  const visitor = as({ anonymous: true }, { clientAddress: '192.0.2.1' });
  await visitor(SIGN_IN, { email, password: 'wrong password' });
  await visitor(SIGN_IN, { email, password: PASSWORD });
  const { data } = await ask(LOG);
  expect(data.auditLog.nodes).toMatchObject([
    { sequence: 2, action: 'session.started', actor: { kind: 'member', id }, after: { amr: ['pwd'] } },
    {
      sequence: 1,
      action: 'sign-in.refused',
      actor: { kind: 'unknown', id: null },
      targets: [{ kind: 'member', id }],
      context: { clientAddress: '192.0.2.1', factor: 'password' },
    },
  ]);
});

test('pages follow each other without gaps while events are added', async () => {
  const { append, ask } = await accounts();
  for (let count = 0; count < 5; count += 1) await append('test');
  const seen: number[] = [];
  let after: string | null = null;
  do {
    const { data } = await ask(LOG, { first: 2, after });
    const { nodes, pageInfo } = data.auditLog;
    seen.push(...nodes.map(({ sequence }: { sequence: number }) => sequence));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    await append('test');
  } while (after !== null);
  expect(seen).toEqual([5, 4, 3, 2, 1]);
});

test('filters hold together, and a cursor is good for its own filter only', async () => {
  const { append, ask, sequences } = await accounts();
  const [one, other] = [newId(), newId()];
  await append('a', one);
  await append('b', one);
  await append('a', other);
  expect(await sequences({ filter: { action: 'a' } })).toEqual([3, 1]);
  expect(await sequences({ filter: { actor: one } })).toEqual([2, 1]);
  expect(await sequences({ filter: { action: 'a', actor: one } })).toEqual([1]);
  const { data } = await ask(LOG, { first: 1 });
  const [{ time }] = data.auditLog.nodes;
  expect(await sequences({ filter: { from: time } })).toContain(3);
  expect(await sequences({ filter: { to: new Date(0).toISOString() } })).toEqual([]);
  const { endCursor: after } = data.auditLog.pageInfo;
  expect((await ask(LOG, { after, filter: { action: 'a' } })).errors).toEqual(['auditLog: BAD_USER_INPUT']);
  expect((await ask(LOG, { filter: { action: '\0' } })).errors).toEqual(['auditLog: BAD_USER_INPUT']);
});

test('events are found by what they were done to, and by several actions at once', async () => {
  const { append, sequences } = await accounts();
  const target = newId();
  await append('role.created', newId(), target);
  await append('role.deleted');
  await append('session.started', newId(), target);
  await append('session');
  expect(await sequences({ filter: { target } })).toEqual([3, 1]);
  expect(await sequences({ filter: { target, action: 'role.created' } })).toEqual([1]);
  expect(await sequences({ filter: { actions: ['role.', 'session'] } })).toEqual([4, 2, 1]);
  expect(await sequences({ filter: { actions: ['session.', 'role.deleted'] } })).toEqual([3, 2]);
  expect(await sequences({ filter: { actions: ['rol', 'role'] } })).toEqual([]);
  expect(await sequences({ filter: { actions: [] } })).toEqual([]);
});

test('a filter that is too long is refused', async () => {
  const { ask } = await accounts();
  const long = 'x'.repeat(101);
  for (const filter of [
    { action: long },
    { actor: long },
    { target: long },
    { target: '\0' },
    { actions: [long] },
    { actions: ['\0'] },
    { actions: Array.from({ length: 21 }, () => 'role.') },
  ])
    expect((await ask(LOG, { filter })).errors).toEqual(['auditLog: BAD_USER_INPUT']);
});

test('only who may read the log reads it, and only their own tenant', async () => {
  const { as, append, tenantId } = await accounts();
  await append('test');
  expect((await as({ tenantId, permissions: ['members.manage'] })(LOG)).errors).toEqual([
    'auditLog: FORBIDDEN',
  ]);
  expect((await as({ anonymous: true })(LOG)).errors).toEqual(['auditLog: UNAUTHENTICATED']);
  expect((await as({ permissions: ['audit.read'] })(LOG)).data.auditLog.nodes).toEqual([]);
});
