import { verifyAccessToken } from '@chorus/shared/access-token.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Permission } from '@chorus/shared/permissions.ts';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { inProcess, type Caller } from '@chorus/tests/harness/subgraph.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { accountsRecord } from '../records/records.queries.ts';
import { given, PASSWORD, REFRESH, REFUSED, SIGN_IN, testServices } from '../testing.ts';

const LIST = `query ($first: Int, $after: String, $memberId: ID) {
  sessions(first: $first, after: $after, memberId: $memberId) {
    nodes { id current startedAt lastUsedAt expiresAt clientAddress userAgent amr mfaAt }
    pageInfo { hasNextPage endCursor }
  }
}`;
const ENDED = '__typename ... on SessionsRevoked { count } ... on Problem { message }';
const REVOKE = `mutation ($id: ID!) { revokeSession(input: { id: $id }) { ${ENDED} } }`;
const REVOKE_OTHERS = 'mutation { revokeOtherSessions { __typename ... on SessionsRevoked { count } } }';
const REVOKE_MEMBER = `mutation ($memberId: ID!) { revokeMemberSessions(input: { memberId: $memberId }) { ${ENDED} } }`;
const NO_SESSION = { __typename: 'NoSuchSession', message: 'There is no such session, or it is over.' };
const ended = (count: number) => ({ __typename: 'SessionsRevoked', count });

/** A tenant of two members who sign in as often as a test wants. */
async function accounts() {
  const services = testServices(await makeSigningKey());
  const subgraph = await inProcess('accounts', features, services);
  const { tenant, member } = given(subgraph.worker, services);
  const { id: tenantId } = await tenant();
  const [ann, bob] = [await member(tenantId), await member(tenantId)];
  const db = subgraph.worker.statements(null);
  const from = { clientAddress: '192.0.2.1', userAgent: 'Browser/1.0' };
  const visitor = subgraph.as({ anonymous: true }, from);
  const signIn = async ({ email }: { email: string }) => {
    const { data } = await visitor(SIGN_IN, { email, password: PASSWORD });
    const { sid } = await verifyAccessToken(data.signIn.accessToken, services.tokenKeys.keys);
    return { sid, refreshToken: data.signIn.refreshToken as string };
  };
  const refresh = async (refreshToken: string) =>
    (await visitor(REFRESH, { refreshToken })).data.refreshSession;
  const caller = ({ id }: { id: string }, more: Caller = {}) =>
    subgraph.as({ tenantId, subject: id, permissions: ['tenant.read'], mfa: false, ...more });
  const admin = (permissions: Permission[] = ['members.manage'], more: Caller = {}) =>
    subgraph.as({ tenantId, permissions, ...more });
  const idsOf = async ({ id }: { id: string }) => {
    const { data } = await admin()(LIST, { memberId: id });
    return data.sessions.nodes.map((node: { id: string }) => node.id);
  };
  const told = async () => [
    ...(await db.execute<Record<string, unknown>>(sql`
      select action, actor, targets from audit_event
      where tenant_id = ${tenantId} and action = 'session.revoked' order by sequence`)),
  ];
  return { ...subgraph, tenant, member, tenantId, ann, bob, db, signIn, refresh, caller, admin, idsOf, told };
}

test('people see their own sessions, with where and how each began', async () => {
  const { ann, bob, signIn, caller } = await accounts();
  const [older, newer] = [await signIn(ann), await signIn(ann)];
  await signIn(bob);
  const { data, errors } = await caller(ann, { session: newer.sid })(LIST);
  expect(errors).toEqual([]);
  const common = { clientAddress: '192.0.2.1', userAgent: 'Browser/1.0', amr: ['pwd'], mfaAt: null };
  const nodes = data.sessions.nodes.toSorted(
    (one: { current: boolean }, other: { current: boolean }) => Number(other.current) - Number(one.current),
  );
  expect(nodes).toMatchObject([
    { ...common, id: newer.sid, current: true },
    { ...common, id: older.sid, current: false },
  ]);
  const [{ startedAt, lastUsedAt, expiresAt }] = nodes;
  expect(Date.parse(expiresAt) - Date.parse(startedAt)).toBe(7 * 24 * 3_600_000);
  expect(Date.parse(lastUsedAt) - Date.parse(startedAt)).toBeLessThan(20_000);
});

test('sessions that ended, expired or were idle for a day are not listed', async () => {
  const { ann, signIn, db, idsOf, caller } = await accounts();
  const [live, over, expired, idle] = [
    await signIn(ann),
    await signIn(ann),
    await signIn(ann),
    await signIn(ann),
  ];
  await caller(ann)(REVOKE, { id: over.sid });
  await db.execute(sql`update session set expires_at = now() where id = ${expired.sid}`);
  await db.execute(sql`update session set rotated_at = now() - interval '25 hours' where id = ${idle.sid}`);
  expect(await idsOf(ann)).toEqual([live.sid]);
});

test('pages of sessions follow each other, and a cursor is good for its own list only', async () => {
  const { ann, bob, signIn, caller, admin } = await accounts();
  const all = [];
  for (let count = 0; count < 3; count += 1) all.push((await signIn(ann)).sid);
  const seen: string[] = [];
  const cursors: string[] = [];
  for (let after: string | null = null, more = true; more;) {
    const { data } = await caller(ann)(LIST, { first: 2, after });
    seen.push(...data.sessions.nodes.map(({ id }: { id: string }) => id));
    ({ hasNextPage: more, endCursor: after } = data.sessions.pageInfo);
    cursors.push(after ?? '');
  }
  const [first = ''] = cursors;
  for (const after of [first, 'nonsense', ''])
    expect((await admin()(LIST, { memberId: bob.id, after })).errors).toEqual(['sessions: BAD_USER_INPUT']);
  expect(seen.toSorted()).toEqual(all.toSorted());
});

test('the sessions of others need members.manage and a fresh second factor', async () => {
  const { ann, bob, signIn, caller, admin, tenantId, as } = await accounts();
  const { sid } = await signIn(ann);
  const ask = (of: ReturnType<typeof caller>) => of(LIST, { memberId: ann.id });
  expect((await ask(caller(bob))).errors).toEqual(['sessions: FORBIDDEN']);
  expect((await ask(admin(['members.manage'], { mfa: false }))).errors).toEqual(['sessions: MFA_REQUIRED']);
  expect((await ask(admin())).data.sessions.nodes).toMatchObject([{ id: sid, current: false }]);
  expect((await ask(as({ anonymous: true }))).errors).toEqual(['sessions: UNAUTHENTICATED']);
  expect((await as({ tenantId: newId() })(LIST, { memberId: ann.id })).data.sessions.nodes).toEqual([]);
  expect((await as({ tenantId })(LIST, { memberId: 'no id' })).data.sessions.nodes).toEqual([]);
});

test('people end a session of their own without a second factor; it is told and known at once', async () => {
  const { ann, signIn, caller, refresh, told, tenantId, worker } = await accounts();
  const [one, other] = [await signIn(ann), await signIn(ann)];
  const { data } = await caller(ann, { session: one.sid })(REVOKE, { id: other.sid });
  expect(data.revokeSession).toEqual(ended(1));
  expect(await refresh(other.refreshToken)).toEqual(REFUSED);
  expect((await refresh(one.refreshToken)).__typename).toBe('Session');
  const targets = [
    { kind: 'member', id: ann.id },
    { kind: 'session', id: other.sid },
  ];
  expect(await told()).toMatchObject([{ actor: { kind: 'member', id: ann.id }, targets }]);
  const record = await accountsRecord({ db: worker.statements(tenantId), tenantId }, 660);
  expect(Object.keys(record?.body.endedSessions ?? {})).toEqual([other.sid]);
  expect((await caller(ann)(REVOKE, { id: other.sid })).data.revokeSession).toEqual(NO_SESSION);
});

test('to others a session is refused like one that does not exist or is of another tenant', async () => {
  const { ann, bob, signIn, caller, admin, as, idsOf } = await accounts();
  const { sid } = await signIn(ann);
  for (const id of [sid, newId(), 'no id']) {
    expect((await caller(bob)(REVOKE, { id })).errors).toEqual(['revokeSession: FORBIDDEN']);
    expect((await admin(['members.manage'], { mfa: false })(REVOKE, { id })).errors).toEqual([
      'revokeSession: MFA_REQUIRED',
    ]);
    expect((await as({ tenantId: newId() })(REVOKE, { id })).data.revokeSession).toEqual(NO_SESSION);
  }
  expect(await idsOf(ann)).toEqual([sid]);
  expect((await admin()(REVOKE, { id: sid })).data.revokeSession).toEqual(ended(1));
  expect(await idsOf(ann)).toEqual([]);
});

test('ending the others leaves the current session and those of other people', async () => {
  const { ann, bob, signIn, caller, idsOf, told } = await accounts();
  const [current] = [await signIn(ann), await signIn(ann), await signIn(ann)];
  const theirs = await signIn(bob);
  const ask = caller(ann, { session: current.sid });
  expect((await ask(REVOKE_OTHERS)).data.revokeOtherSessions).toEqual(ended(2));
  expect((await ask(REVOKE_OTHERS)).data.revokeOtherSessions).toEqual(ended(0));
  expect([await idsOf(ann), await idsOf(bob)]).toEqual([[current.sid], [theirs.sid]]);
  expect(await told()).toHaveLength(1);
});

test('an admin ends all sessions of a member; of an unknown one or one of another tenant none', async () => {
  const { ann, signIn, caller, admin, idsOf, tenant, member } = await accounts();
  await signIn(ann);
  await signIn(ann);
  const stranger = await member((await tenant()).id);
  for (const memberId of [stranger.id, newId(), 'no id'])
    expect((await admin()(REVOKE_MEMBER, { memberId })).data.revokeMemberSessions).toEqual({
      __typename: 'NoSuchSessionMember',
      message: 'There is no such member.',
    });
  const memberId = ann.id;
  expect((await caller(ann)(REVOKE_MEMBER, { memberId })).errors).toEqual([
    'revokeMemberSessions: FORBIDDEN',
  ]);
  expect((await admin(['members.manage'], { mfa: false })(REVOKE_MEMBER, { memberId })).errors).toEqual([
    'revokeMemberSessions: MFA_REQUIRED',
  ]);
  expect((await admin()(REVOKE_MEMBER, { memberId })).data.revokeMemberSessions).toEqual(ended(2));
  expect(await idsOf(ann)).toEqual([]);
});

test('fifty parallel calls end a session once, while its owner signs out', async () => {
  const { ann, signIn, caller, told } = await accounts();
  const { sid } = await signIn(ann);
  const ask = caller(ann, { session: sid });
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      index % 2 === 0 ? ask(REVOKE, { id: sid }) : ask('mutation { signOut { ... on SignedOut { ended } } }'),
    ),
  );
  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  const once = answers.filter(({ data }) => data.revokeSession?.count === 1 || data.signOut?.ended === true);
  expect(once).toHaveLength(1);
  expect((await told()).length).toBeLessThanOrEqual(1);
});
