import { randomBytes } from 'node:crypto';
import { apiKeyMatches, parseApiKey } from '@chorus/shared/api-key.ts';
import { DEMO_PEOPLE, DEMO_TENANTS } from '@chorus/shared/demo.ts';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { generateSecret } from 'otplib';
import { expect, test } from 'vitest';
import { seedAccounts } from './demo.ts';
import { features } from './features.ts';
import { apiKeyRecords } from './records/records.queries.ts';
import { testServices, SIGN_IN } from './testing.ts';

async function seeded() {
  const services = testServices(await makeSigningKey());
  const { as, worker, statements, database } = await inProcess('accounts', features, services);
  const keys = { dataKeys: services.dataKeys, pepper: randomBytes(32) };
  const seed = (password: string, totpSecret = generateSecret()) =>
    seedAccounts(worker, { password, totpSecret }, keys);
  const signIn = async (email: string, tenant: string, password: string) =>
    (await as({ anonymous: true })(SIGN_IN, { email, tenant, password })).data.signIn.__typename;
  return { as, worker, seed, signIn, keys, statements, database };
}

test('everybody of the demo can sign in, and those with a second factor are asked for it', async () => {
  const { seed, signIn } = await seeded();
  await seed('demo password');
  for (const { email, memberships, totp } of DEMO_PEOPLE) {
    for (const { tenant } of memberships) {
      expect(await signIn(email, tenant.slug, 'demo password')).toBe(totp ? 'MfaChallenge' : 'Session');
    }
  }
});

test('Globex wants a second factor of owners and admins, and seeding again leaves it so', async () => {
  const { seed, as } = await seeded();
  const globex = DEMO_TENANTS.find(({ slug }) => slug === 'globex');
  const policy = async () => {
    const ask = as({ tenantId: globex?.id ?? '' });
    return (await ask('{ securityPolicy { mfaMode mfaRoles requiredSince } }')).data.securityPolicy;
  };
  await seed('first password');
  const first = await policy();
  expect(first).toMatchObject({ mfaMode: 'REQUIRED_FOR_ROLES', mfaRoles: ['owner', 'admin'] });
  await seed('second password');
  expect(await policy()).toEqual(first);
});

test('seeding again changes nothing and tells the same keys; new secrets are followed', async () => {
  const { as, seed, signIn, worker, keys } = await seeded();
  const secret = generateSecret();
  const first = await seed('first password', secret);
  const tenantId = DEMO_TENANTS[0]?.id ?? '';
  const version = async () => {
    const id = parseApiKey(first[0]?.key ?? '')?.id ?? '';
    return (await apiKeyRecords({ db: worker.statements(tenantId), tenantId }, [id]))[0];
  };
  const before = await version();
  expect(await seed('first password', secret)).toEqual(first);
  expect(await version()).toEqual(before);
  expect(before?.body).toMatchObject({ demo: true, active: true, scopes: first[0]?.scopes });
  const { secret: keySecret } = parseApiKey(first[0]?.key ?? '') ?? { secret: '' };
  expect(apiKeyMatches(keySecret, before?.body.hmac, keys.pepper)).toBe(true);

  expect(await seed('second password', secret)).toEqual(first);
  expect(await signIn('viewer@acme.test', 'acme', 'first password')).toBe('SignInRefused');
  expect(await signIn('viewer@acme.test', 'acme', 'second password')).toBe('Session');
  const { data } = await as({ tenantId })('{ members(first: 100) { totalCount } }');
  expect(data.members.totalCount).toBe(6);
});
