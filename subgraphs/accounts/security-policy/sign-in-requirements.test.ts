import { codeOf, later, signingIn } from '@chorus/tests/harness/signing-in.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { newId } from '@chorus/shared/id.ts';
import { CONFIRM_TOTP, ENROL_TOTP, REFUSED } from '../testing.ts';

const DAY_S = 24 * 3600;
const UPDATE = `mutation ($input: UpdateSecurityPolicyInput!) {
  updateSecurityPolicy(input: $input) { __typename }
}`;
const ENROL_BY = '{ viewer { mfaEnrolBy factors { totp recoveryCodesLeft } } }';

/** A tenant whose policy changes, and where everybody joined long ago. */
async function tenantWith(input: object = {}) {
  const here = await signingIn();
  const policy = async (change: object) => {
    const { data } = await here.as({ tenantId: here.tenantId })(UPDATE, { input: change });
    expect(data.updateSecurityPolicy.__typename).toBe('SecurityPolicy');
  };
  const joinedLongAgo = () =>
    here.db.execute(sql`
      update member set joined_at = now() - interval '1 year' where tenant_id = ${here.tenantId}`);
  if (Object.keys(input).length > 0) await policy(input);
  return { ...here, policy, joinedLongAgo };
}

const REQUIRED = { mfaMode: 'REQUIRED', graceDays: 0 };

test('off: a factor is not asked at sign-in, and what is dangerous still needs one', async () => {
  const { member, tenantId, signIn, bearer } = await tenantWith({ mfaMode: 'OFF' });
  const { email } = await member(tenantId, { totp: true, roles: ['owner'] });
  const session = await signIn(email);
  expect(session.__typename).toBe('Session');
  const { errors } = await (await bearer(session.accessToken))(UPDATE, { input: { graceDays: 1 } });
  expect(errors).toEqual(['updateSecurityPolicy: MFA_REQUIRED']);
});

test('optional: whoever has a factor is asked, whoever has none is not', async () => {
  const { member, tenantId, signIn } = await tenantWith({ mfaMode: 'OPTIONAL' });
  const [has, none] = [await member(tenantId, { totp: true }), await member(tenantId)];
  expect((await signIn(has.email)).__typename).toBe('MfaChallenge');
  expect((await signIn(none.email)).__typename).toBe('Session');
});

test('required, grace over: enrolling with the token of the sign-in begins the session', async () => {
  const { member, tenantId, signIn, visitor, joinedLongAgo, claimsOf } = await tenantWith(REQUIRED);
  const { id, email } = await member(tenantId);
  await joinedLongAgo();
  const needed = await signIn(email);
  expect(needed).toMatchObject({ __typename: 'MfaEnrolmentNeeded' });
  const { enrolmentToken } = needed;
  const { secret } = (await visitor(ENROL_TOTP, { enrolmentToken })).data.enrolTotp;
  const { data } = await visitor(CONFIRM_TOTP, { code: codeOf(secret), enrolmentToken });
  expect(data.confirmTotp.recoveryCodes).toHaveLength(10);
  expect(await claimsOf(data.confirmTotp.session.accessToken)).toMatchObject({
    sub: id,
    acr: 'aal2',
    amr: ['pwd', 'otp', 'mfa'],
  });
  expect((await visitor(ENROL_TOTP, { enrolmentToken })).data.enrolTotp.__typename).toBe('AlreadyEnrolled');
  expect((await signIn(email)).__typename).toBe('MfaChallenge');
});

test('an enrolment token is no challenge, ends after a quarter of an hour and with its member', async () => {
  const { member, tenantId, signIn, visitor, joinedLongAgo, completeMfa, db } = await tenantWith(REQUIRED);
  const { id, email } = await member(tenantId);
  await joinedLongAgo();
  const { enrolmentToken } = await signIn(email);
  const enrol = async () => (await visitor(ENROL_TOTP, { enrolmentToken })).data.enrolTotp.__typename;
  expect(await completeMfa(enrolmentToken, '123456')).toEqual(REFUSED);
  expect(await enrol()).toBe('TotpEnrolment');
  await db.execute(sql`update member set active = false where id = ${id}`);
  expect(await enrol()).toBe('FactorRefused');
  await db.execute(sql`update member set active = true where id = ${id}`);
  later(901);
  expect(await enrol()).toBe('FactorRefused');
});

test('within the grace a session begins, and the viewer knows by when to enrol', async () => {
  const { member, tenantId, signIn, bearer, joinedLongAgo } = await tenantWith({ mfaMode: 'REQUIRED' });
  const [none, has] = [await member(tenantId), await member(tenantId, { totp: true })];
  await joinedLongAgo();
  const { accessToken } = await signIn(none.email);
  const { data } = await (await bearer(accessToken))(ENROL_BY);
  expect(data.viewer).toEqual({
    mfaEnrolBy: new Date(Date.now() + 7 * DAY_S * 1000).toISOString(),
    factors: { totp: false, recoveryCodesLeft: 0 },
  });
  expect((await signIn(has.email)).__typename).toBe('MfaChallenge');
  later(7 * DAY_S);
  expect((await signIn(none.email)).__typename).toBe('MfaEnrolmentNeeded');
});

test('whoever joins later has as many days from then', async () => {
  const { member, tenantId, signIn, db } = await tenantWith(REQUIRED);
  const { id, email } = await member(tenantId);
  const joined = sql`to_timestamp(${Date.now() / 1000})`;
  await db.execute(sql`update member set joined_at = ${joined} - interval '2 days' where id = ${id}`);
  await db.execute(sql`
    update security_policy set grace_days = 3, required_since = '2026-01-01' where tenant_id = ${tenantId}`);
  expect((await signIn(email)).__typename).toBe('Session');
  later(DAY_S + 60);
  expect((await signIn(email)).__typename).toBe('MfaEnrolmentNeeded');
});

test('roles: only who holds one now, by a group too, must enrol', async () => {
  const here = await tenantWith({ mfaMode: 'REQUIRED_FOR_ROLES', mfaRoles: ['analyst'], graceDays: 0 });
  const { member, tenantId, signIn, joinedLongAgo, db } = here;
  const [analyst, viewer] = [await member(tenantId, { roles: ['analyst'] }), await member(tenantId)];
  await joinedLongAgo();
  expect((await signIn(analyst.email)).__typename).toBe('MfaEnrolmentNeeded');
  expect((await signIn(viewer.email)).__typename).toBe('Session');

  const group = newId();
  await db.execute(
    sql`insert into member_group (tenant_id, id, name) values (${tenantId}, ${group}, 'Desk')`,
  );
  await db.execute(sql`
    insert into group_member (tenant_id, group_id, member_id) values (${tenantId}, ${group}, ${viewer.id})`);
  await db.execute(sql`
    insert into role_assignment (tenant_id, id, role, subject_kind, subject_id, source)
    values (${tenantId}, ${newId()}, 'analyst', 'group', ${group}, 'manual')`);
  expect((await signIn(viewer.email)).__typename).toBe('MfaEnrolmentNeeded');
  await db.execute(sql`
    update role_assignment set expires_at = now() - interval '1 minute' where tenant_id = ${tenantId}`);
  for (const { email } of [analyst, viewer]) expect((await signIn(email)).__typename).toBe('Session');
});

test('a stricter policy ends sessions without a factor at their next refresh, and leaves the others', async () => {
  const { signedIn, policy, refresh, joinedLongAgo } = await tenantWith();
  const [has, none] = [await signedIn({ totp: true }), await signedIn()];
  await joinedLongAgo();
  await policy({ mfaMode: 'REQUIRED', graceDays: 1 });
  const going = await refresh(none.session.refreshToken);
  expect(going.__typename).toBe('Session');
  later(DAY_S);
  expect(await refresh(going.refreshToken)).toEqual(REFUSED);
  expect((await refresh(has.session.refreshToken)).__typename).toBe('Session');
});

test('from off to optional: a session without the factor its member has does not go on', async () => {
  const { policy, member, tenantId, signIn, refresh } = await tenantWith({ mfaMode: 'OFF' });
  const { email } = await member(tenantId, { totp: true });
  const { refreshToken } = await signIn(email);
  await policy({ mfaMode: 'OPTIONAL' });
  expect(await refresh(refreshToken)).toEqual(REFUSED);
});

test('shorter limits reach running sessions at their next refresh, and no access token outlives its session', async () => {
  const { signedIn, policy, refresh, db, tenantId, claimsOf } = await tenantWith();
  const [idle, old] = [await signedIn(), await signedIn()];
  await policy({ sessionIdleMinutes: 15, sessionLifetimeHours: 1 });
  await db.execute(sql`
    update session set rotated_at = now() - interval '16 minutes'
    where tenant_id = ${tenantId} and member_id = ${idle.id}`);
  expect(await refresh(idle.session.refreshToken)).toEqual(REFUSED);

  later(3600 - 120);
  const last = await refresh(old.session.refreshToken);
  const { exp, auth_time: began } = await claimsOf(last.accessToken);
  expect(exp).toBe(began + 3600);
  expect(Date.parse(last.expiresAt)).toBe((began + 3600) * 1000);
  later(121);
  expect(await refresh(last.refreshToken)).toEqual(REFUSED);
});
