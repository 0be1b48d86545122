import { dataKeys } from '@chorus/accounts/encryption/data-keys.ts';
import { masterKeys } from '@chorus/accounts/encryption/key-management.ts';
import { tenantChanged } from '@chorus/accounts/tenants/tenants.service.ts';
import { given, PASSWORD } from '@chorus/accounts/testing.ts';
import { transactionOf } from '@chorus/db/context.ts';
import { Database } from '@chorus/db/database.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { client } from './client.ts';
import type { System } from './system.ts';
import { totpCodes } from './totp.ts';

const SIGN_IN = `mutation ($input: StaffSignInInput!) {
  staffSignIn(input: $input) { ... on MfaChallenge { challengeToken } }
}`;
const COMPLETE = `mutation ($input: CompleteMfaInput!) {
  completeMfa(input: $input) { ... on Session { accessToken } }
}`;

/** A new member of the platform's staff, signed in with both factors. */
export async function platformStaff({ gatewayUrl, urls, keys }: Omit<System, 'stop'>) {
  const worker = new Database(urls.accounts.worker, { max: 2 });
  const management = masterKeys([Buffer.from(keys.masterKey, 'base64')]);
  const person = await given(worker, { dataKeys: dataKeys(management) }).member(PLATFORM_TENANT, {
    roles: ['staff'],
    totp: true,
    staff: true,
  });
  await transactionOf(worker, PLATFORM_TENANT, (transaction) =>
    tenantChanged(transaction, { members: [person.id] }),
  );
  const ask = client(gatewayUrl);
  const asked = await ask(SIGN_IN, { input: { email: person.email, password: PASSWORD } });
  const { challengeToken } = asked.body.data.staffSignIn;
  const code = await totpCodes(person.seed).next();
  const { body } = await ask(COMPLETE, { input: { challengeToken, code } });
  const token: unknown = body.data?.completeMfa?.accessToken;
  if (typeof token !== 'string') throw new Error(`no session for staff: ${JSON.stringify(body)}`);
  return { ...person, ask: client(gatewayUrl, token), end: () => worker.end() };
}
