import { existsSync, readFileSync } from 'node:fs';
import { createHmac } from 'node:crypto';
import type { DemoCredentials } from '@chorus/shared/demo.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Pipeline } from '../request.ts';

/** Signs demo people in with the credentials of the installation, for the page on this machine only. */
export interface DemoSignIn {
  people: () => { people: { email: string; tenant: string; role: string }[] };
  /** An access token. @throws when the person cannot be signed in */
  token: (email: string, tenant: string | undefined) => Promise<string>;
}

/** Shorter than the life of an access token. */
const KEPT_MS = 8 * 60_000;
const STEP_S = 30;
const TIMEOUT_MS = 10_000;

const SIGN_IN = `mutation SignIn($email: String!, $password: String!, $tenant: String) {
  signIn(input: { email: $email, password: $password, tenant: $tenant }) {
    ... on Session { accessToken }
    ... on MfaChallenge { challengeToken }
  }
}`;
const COMPLETE_MFA = `mutation CompleteMfa($challengeToken: String!, $code: String!) {
  completeMfa(input: { challengeToken: $challengeToken, code: $code }) {
    ... on Session { accessToken }
  }
}`;

/** Uses the pipeline like any client; tokens are kept, because a one-time code works once. */
export function demoSignIn(file: string, pipeline: Pipeline): DemoSignIn {
  const kept = new Map<string, { token: string; until: number }>();
  const credentials = () => JSON.parse(readFileSync(file, 'utf8')) as DemoCredentials;
  return {
    people: () => ({ people: existsSync(file) ? credentials().users : [] }),
    token: async (email, tenant) => {
      const key = JSON.stringify([email, tenant]);
      const known = kept.get(key);
      if (known !== undefined && known.until > Date.now()) return known.token;
      const token = await signIn(pipeline, credentials(), email, tenant);
      kept.set(key, { token, until: Date.now() + KEPT_MS });
      return token;
    },
  };
}

interface SignedIn {
  accessToken?: string;
  challengeToken?: string;
}

async function signIn(pipeline: Pipeline, demo: DemoCredentials, email: string, tenant: string | undefined) {
  const { password, totpSecret } = demo;
  const first = await run(pipeline, SIGN_IN, { email, password, tenant });
  if (first?.accessToken !== undefined) return first.accessToken;
  const { challengeToken } = first ?? {};
  const now = Math.floor(Date.now() / 1000 / STEP_S);
  for (const step of [now, now + 1]) {
    const done = await run(pipeline, COMPLETE_MFA, { challengeToken, code: totpCode(totpSecret, step) });
    if (done?.accessToken !== undefined) return done.accessToken;
  }
  throw new Error('not signed in');
}

async function run(pipeline: Pipeline, query: string, variables: object): Promise<SignedIn | undefined> {
  const { body } = await pipeline({
    id: newId(),
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'chorus-explore' },
    address: '127.0.0.1',
    scheme: 'http',
    accept: 'application/json',
    contract: undefined,
    introspection: false,
    deadline: Date.now() + TIMEOUT_MS,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    read: () => Promise.resolve({ query, variables }),
    cookies: [],
  });
  const { data } = body as { data?: Record<string, SignedIn | null> | null };
  return Object.values(data ?? {})[0] ?? undefined;
}

/** The six digits of RFC 6238 for one time step. */
export function totpCode(base32: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', fromBase32(base32)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

function fromBase32(text: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = Array.from(text.toUpperCase().replaceAll(/[=\s]/g, ''))
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
}
