import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { client, freshTenant, sharedSystem } from '../harness/client.ts';
import { readMails } from '../harness/mail.ts';

const REQUEST = `mutation ($email: String!) {
  requestPasswordReset(input: { email: $email }) { ... on PasswordResetRequested { message } }
}`;
const RESET = `mutation ($token: String!, $newPassword: String!) {
  resetPassword(input: { token: $token, newPassword: $newPassword }) { __typename }
}`;
const SIGN_IN = `mutation ($email: String!, $password: String!) {
  signIn(input: { email: $email, password: $password }) { __typename }
}`;

test('a forgotten password is replaced by a mailed link, and whoever was signed in with it is out', async () => {
  const system = await sharedSystem();
  const { member, end } = await freshTenant(system);
  onTestFinished(end);
  const { email, ask } = await member('analyst');
  expect((await ask('{ viewer { email } }')).status).toBe(200);

  const visitor = client(system.gatewayUrl);
  expect((await visitor(REQUEST, { email })).body.data.requestPasswordReset.message).toMatch(/on its way/);
  const [mail] = await readMails(join(system.dataDir, 'mail'), email);
  expect(mail?.subject).toBe('Choose a new Chorus password');
  const newPassword = 'nobody guesses this one';
  const { body } = await visitor(RESET, { token: mail?.token, newPassword });
  expect(body.data.resetPassword.__typename).toBe('PasswordChanged');

  await vi.waitFor(async () => expect((await ask('{ viewer { email } }')).status).toBe(401), 5_000);
  const signedIn = await visitor(SIGN_IN, { email, password: newPassword });
  expect(signedIn.body.data.signIn.__typename).toBe('Session');
  expect(await readMails(join(system.dataDir, 'mail'), email, 2)).toHaveLength(2);
});
