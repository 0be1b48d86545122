import { generate } from 'otplib';
import { inject } from 'vitest';
import { Database } from '@chorus/db/database.ts';
import { dataKeys } from '@chorus/accounts/encryption/data-keys.ts';
import { masterKeys } from '@chorus/accounts/encryption/key-management.ts';
import { tenantChanged } from '@chorus/accounts/tenants/tenants.service.ts';
import { COMPLETE_MFA, given, PASSWORD, SIGN_IN, type MemberOptions } from '@chorus/accounts/testing.ts';
import { transactionOf } from '@chorus/db/context.ts';
import type { SystemRole } from '@chorus/shared/permissions.ts';
import type { System } from './system.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    systemBroker: string;
  }
}

/** The system that all promise files share; it starts when the first one asks. */
export async function sharedSystem(): Promise<Omit<System, 'stop'>> {
  const response = await fetch(inject('systemBroker'));
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as System;
}

export interface GatewayAnswer {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read into answers of every shape
  body: any;
}

export type AskGateway = (query: string, variables?: Record<string, unknown>) => Promise<GatewayAnswer>;

/** Asks the gateway as a frontend does; `token` is an access token or an API key. */
export const client =
  (gatewayUrl: string, token?: string, headers: Record<string, string> = {}): AskGateway =>
  async (query, variables = {}) => {
    const response = await fetch(gatewayUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };

/** An access token by the front door. */
export async function signIn(gatewayUrl: string, email: string, tenant: string): Promise<string> {
  const { body } = await client(gatewayUrl)(SIGN_IN, { email, password: PASSWORD, tenant });
  const token: unknown = body.data?.signIn?.accessToken;
  if (typeof token !== 'string') throw new Error(`no session for ${email}: ${JSON.stringify(body)}`);
  return token;
}

/** An access token whose second factor was confirmed just now; `seed` is the person's own. */
export async function signInWithMfa(
  gatewayUrl: string,
  { email, seed }: { email: string; seed: string },
  tenant: string,
): Promise<string> {
  const ask = client(gatewayUrl);
  const challenge = await ask(SIGN_IN, { email, password: PASSWORD, tenant });
  const { challengeToken } = challenge.body.data.signIn;
  const { body } = await ask(COMPLETE_MFA, { challengeToken, code: await generate({ secret: seed }) });
  const token: unknown = body.data?.completeMfa?.accessToken;
  if (typeof token !== 'string') throw new Error(`no session for ${email}: ${JSON.stringify(body)}`);
  return token;
}

/** A tenant of a test's own in the shared system, with one member per role, signed in when first asked for. */
export async function freshTenant({ gatewayUrl, urls, keys }: Omit<System, 'stop'>) {
  const worker = new Database(urls.accounts.worker, { max: 2 });
  const fixtures = given(worker, {
    dataKeys: dataKeys(masterKeys([Buffer.from(keys.masterKey, 'base64')])),
  });
  const tenant = await fixtures.tenant();
  /** Joins the tenant as an invited person would: from now on the records know them. */
  const join = async (options: MemberOptions) => {
    const joined = await fixtures.member(tenant.id, options);
    await transactionOf(worker, tenant.id, (transaction) =>
      tenantChanged(transaction, { members: [joined.id] }),
    );
    return joined;
  };
  /** Signed in, with a second factor confirmed just now if asked for. */
  const member = async (role: SystemRole, { mfa = false } = {}) => {
    const { id, email, name, seed } = await join({ roles: [role], name: `The ${role}`, totp: mfa });
    const token = mfa
      ? await signInWithMfa(gatewayUrl, { email, seed }, tenant.slug)
      : await signIn(gatewayUrl, email, tenant.slug);
    return { id, email, name, seed, token, ask: client(gatewayUrl, token) };
  };
  return { tenant, join, member, end: () => worker.end() };
}
