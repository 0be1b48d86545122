import { expect, onTestFinished, test } from 'vitest';
import { generate } from 'otplib';
import { PASSWORD } from '@chorus/accounts/testing.ts';
import {
  ask,
  completeMfa,
  connect,
  isWorthARetry,
  mentions,
  overview,
  refresh,
  signIn,
  stepUp,
  type Session,
} from '../../docs/samples/frontend.ts';
import { freshTenant, sharedSystem } from '../harness/client.ts';

async function someone({ totp = false, role = 'owner' } = {}) {
  const system = await sharedSystem();
  const { tenant, join, end } = await freshTenant(system);
  onTestFinished(end);
  const { email, seed } = await join({ roles: [role], totp });
  return { connection: connect(system.gatewayUrl), tenant, email, seed };
}

test('a person signs in, sees an overview of all services and reads the feed page by page', async () => {
  const { connection, tenant, email } = await someone();
  expect(await signIn(connection, { email, password: PASSWORD })).toEqual({ step: 'signed-in' });
  expect(await overview(connection)).toMatchObject({
    tenantName: tenant.name,
    trackers: [],
    missing: [],
    retry: false,
  });
  const feed = [];
  for await (const mention of mentions(connection, 2)) feed.push(mention);
  expect(feed).toEqual([]);
});

test('a person with a second factor signs in with the code of their app', async () => {
  const { connection, email, seed } = await someone({ totp: true });
  const next = await signIn(connection, { email, password: PASSWORD });
  if (next.step !== 'second-factor') throw new Error(`unexpected step ${next.step}`);
  const { challengeToken } = next;
  expect(next.methods).toEqual(['totp']);
  expect(await completeMfa(connection, { challengeToken, code: '000000' })).toMatchObject({
    step: 'refused',
  });
  expect(await completeMfa(connection, { challengeToken, code: await generate({ secret: seed }) })).toEqual({
    step: 'signed-in',
  });
});

const ENROL = 'mutation { enrolTotp { ... on TotpEnrolment { secret } } }';
const CONFIRM = `mutation ($code: String!) {
  confirmTotp(input: { code: $code }) {
    ... on TotpConfirmed { recoveryCodes session { accessToken refreshToken expiresAt } }
  }
}`;

interface Confirmation {
  confirmTotp: { recoveryCodes: string[]; session: Session };
}

test('a person enrols while signed in, and proves themselves again with a recovery code', async () => {
  const { connection, email } = await someone();
  await signIn(connection, { email, password: PASSWORD });
  const { data: shown } = await ask<{ enrolTotp: { secret: string } }>(connection, ENROL);
  const code = await generate({ secret: shown?.enrolTotp.secret ?? '' });
  const { data: confirmed } = await ask<Confirmation>(connection, CONFIRM, { code });
  const { session, recoveryCodes = [] } = confirmed?.confirmTotp ?? {};
  expect(recoveryCodes).toHaveLength(10);

  connection.session = session;
  expect(await stepUp(connection, { code: recoveryCodes[0] ?? '' })).toEqual({ step: 'signed-in' });
  expect(connection.session?.refreshToken).not.toBe(session?.refreshToken);
  expect((await overview(connection)).missing).toEqual([]);
});

test('a wrong password is refused and leaves nobody signed in', async () => {
  const { connection, email } = await someone();
  expect(await signIn(connection, { email, password: 'not my password' })).toMatchObject({ step: 'refused' });
  expect(connection.session).toBeUndefined();
});

test('an ended access token is refreshed without the person noticing, once for all requests', async () => {
  const { connection, email } = await someone();
  await signIn(connection, { email, password: PASSWORD });
  if (connection.session === undefined) throw new Error('not signed in');
  const before = connection.session.refreshToken;
  connection.session.expiresAt = new Date().toISOString();
  await Promise.all([overview(connection), overview(connection), refresh(connection)]);
  expect(connection.session.refreshToken).not.toBe(before);
  expect((await overview(connection)).missing).toEqual([]);
});

test('what a viewer may not see is named, and asking again is not suggested', async () => {
  const { connection, email } = await someone({ role: 'viewer' });
  await signIn(connection, { email, password: PASSWORD });
  expect(await overview(connection)).toMatchObject({
    missing: ['viewer.tenant.subscription: FORBIDDEN'],
    retry: false,
  });
});

test('an operation that does not fit the schema is an error with a code not worth a retry', async () => {
  const { connection } = await someone();
  await expect(ask(connection, '{ nothing }')).rejects.toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
  expect(isWorthARetry({ message: '', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })).toBe(false);
});
