import { codeOf, signingIn } from '@chorus/tests/harness/signing-in.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { PASSWORD } from '../testing.ts';

const VIEWER = `viewer {
  email permissions
  member { id email roles groups { name } assignments { role { name } via { name } } }
  tenant { slug }
  factors { totp recoveryCodesLeft }
  mfaEnrolBy
  tenants { slug }
}`;
const SESSION = `__typename ... on Session { accessToken refreshToken ${VIEWER} }`;

const SIGN_IN = `mutation ($email: String!, $tenant: String) {
  signIn(input: { email: $email, password: "${PASSWORD}", tenant: $tenant }) {
    ... on MfaChallenge { challengeToken } ${SESSION}
  }
}`;
const COMPLETE = `mutation ($challengeToken: String!, $code: String!) {
  completeMfa(input: { challengeToken: $challengeToken, code: $code }) { ${SESSION} }
}`;
const REFRESH = `mutation ($refreshToken: String) {
  refreshSession(input: { refreshToken: $refreshToken }) { ${SESSION} }
}`;
const STEP_UP = `mutation ($code: String!) { stepUp(input: { code: $code }) { ${SESSION} } }`;
const SWITCH = `mutation ($tenant: String!) { switchTenant(input: { tenant: $tenant }) { ${SESSION} } }`;
const ENROL = 'mutation { enrolTotp { ... on TotpEnrolment { secret } } }';
const CONFIRM = `mutation ($code: String!) {
  confirmTotp(input: { code: $code }) { ... on TotpConfirmed { session { ${SESSION} } } }
}`;

/** Somebody who is a viewer here, in a group that analyses, and a member of another tenant too. */
async function grouped(options: { totp?: boolean } = {}) {
  const here = await signingIn();
  const { tenant, member, tenantId, slug, as, visitor } = here;
  const there = await tenant('There');
  const person = await member(tenantId, options);
  await member(there.id, { email: person.email, roles: ['admin'] });
  const admin = as({ tenantId, subject: (await member(tenantId, { roles: ['owner'] })).id });
  const group = (await admin('mutation { createGroup(input: { name: "Desk" }) { ... on Group { id } } }'))
    .data;
  const { id } = group.createGroup;
  await admin(`mutation {
    setGroupMembers(input: { id: "${id}", memberIds: ["${person.id}"] }) { __typename }
    assignRoles(input: { subject: { groupId: "${id}" }, roles: [{ role: "analyst" }] }) { __typename }
  }`);
  const signIn = async () => (await visitor(SIGN_IN, { email: person.email, tenant: slug })).data.signIn;
  const seen = {
    email: person.email,
    member: { id: person.id, email: person.email, groups: [{ name: 'Desk' }], roles: ['viewer', 'analyst'] },
    tenant: { slug },
    factors: { totp: options.totp ?? false },
    mfaEnrolBy: null,
    tenants: [{ slug: there.slug }],
  };
  return { ...here, there, person, groupId: id, signIn, seen };
}

test('below a session that was just opened everything of its holder is answered', async () => {
  const { signIn, seen, visitor, bearer, there } = await grouped();
  const session = await signIn();
  expect(session.viewer).toMatchObject(seen);
  expect(session.viewer.permissions).toContain('trackers.manage');
  expect(session.viewer.member.assignments).toEqual(
    expect.arrayContaining([
      { role: { name: 'viewer' }, via: null },
      { role: { name: 'analyst' }, via: { name: 'Desk' } },
    ]),
  );
  const renewed = (await visitor(REFRESH, session)).data.refreshSession;
  expect(renewed.viewer).toEqual(session.viewer);
  const ask = await bearer(session.accessToken);
  const { data, errors } = await ask(SWITCH, { tenant: there.slug });
  expect(errors).toEqual([]);
  expect(data.switchTenant.viewer).toMatchObject({
    tenant: { slug: there.slug },
    member: { roles: ['admin'] },
  });
});

test('so it is after a second factor, a step-up and an enrolment', async () => {
  const { signIn, seen, visitor, bearer, person } = await grouped({ totp: true });
  const { challengeToken } = await signIn();
  const code = codeOf(person.seed, 30);
  const { completeMfa } = (await visitor(COMPLETE, { challengeToken, code })).data;
  expect(completeMfa.viewer).toMatchObject(seen);
  const ask = await bearer(completeMfa.accessToken);
  const { stepUp } = (await ask(STEP_UP, { code: codeOf(person.seed) })).data;
  expect(stepUp.viewer).toEqual(completeMfa.viewer);
  const { secret } = (await ask(ENROL)).data.enrolTotp;
  const { data, errors } = await ask(CONFIRM, { code: codeOf(secret) });
  expect(errors).toEqual([]);
  expect(data.confirmTotp.session.viewer).toMatchObject({ ...seen, factors: { totp: true } });
});

test('what the holder may not see is refused there too, and told of in their name', async () => {
  const { visitor, person, slug, tenantId, db } = await grouped();
  await db.execute(
    sql`delete from role_assignment where tenant_id = ${tenantId} and subject_id = ${person.id}`,
  );
  await db.execute(
    sql`update role_assignment set role = 'billing' where tenant_id = ${tenantId} and subject_kind = 'group'`,
  );
  const signIn = `mutation { signIn(input: { email: "${person.email}", password: "${PASSWORD}", tenant: "${slug}" }) {
    ... on Session { viewer { member { groups { name memberCount } } } }
  } }`;
  const { data, errors } = await visitor(signIn);
  expect(data.signIn.viewer.member.groups).toEqual([{ name: 'Desk', memberCount: null }]);
  expect(errors).toEqual(['signIn.viewer.member.groups.0.memberCount: FORBIDDEN']);
  const told = await db.execute(sql`
    select actor from audit_event where tenant_id = ${tenantId} and action = 'access.denied'`);
  expect([...told]).toEqual([{ actor: { kind: 'member', id: person.id } }]);
});

test('the next field of the operation is the caller\u2019s own again: signing in does not sign in the request', async () => {
  const { visitor, person, slug, as, tenantId } = await grouped();
  const credentials = `{ email: "${person.email}", password: "${PASSWORD}", tenant: "${slug}" }`;
  const signIn = `signIn(input: ${credentials}) { ... on Session { viewer { member { roles } } } }`;
  const makeGroup = 'createGroup(input: { name: "Smuggled" }) { __typename }';
  const anonymous = await visitor(
    `mutation { ${signIn} ${makeGroup} again: ${signIn} signOut { __typename } }`,
  );
  const viewer = { member: { roles: ['viewer', 'analyst'] } };
  expect(anonymous.data).toMatchObject({ signIn: { viewer }, createGroup: null, again: { viewer } });
  expect(anonymous.errors).toEqual(['createGroup: UNAUTHENTICATED', 'signOut: UNAUTHENTICATED']);

  const admin = as({ tenantId, permissions: ['roles.manage', 'roles.read'] });
  const known = await admin(
    `mutation { ${signIn} createGroup(input: { name: "Own" }) { ... on Group { id } } }`,
  );
  expect(known.errors).toEqual([]);
  expect(known.data.createGroup.id).toBeDefined();
});

test('a step-up makes what follows it in the same operation no surer', async () => {
  const { as, signIn, visitor, claimsOf, tenantId, person } = await grouped({ totp: true });
  const { challengeToken } = await signIn();
  const { completeMfa } = (await visitor(COMPLETE, { challengeToken, code: codeOf(person.seed, 30) })).data;
  const { sid } = await claimsOf(completeMfa.accessToken);
  const unsure = as({ tenantId, subject: person.id, session: sid, mfa: false });
  const { data, errors } = await unsure(
    `mutation ($code: String!) {
      stepUp(input: { code: $code }) { ... on Session { viewer { member { roles } } } }
      createGroup(input: { name: "Late" }) { __typename }
    }`,
    { code: codeOf(person.seed) },
  );
  expect(data.stepUp.viewer.member.roles).toContain('viewer');
  expect(errors).toEqual(['createGroup: MFA_REQUIRED']);
});
