/**
 * `npm run --silent demo:token -- EMAIL [TENANT]`: signs a demo person in through the gateway, with the second factor
 * where there is one, and prints nothing but the access token.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoCredentials } from '@chorus/shared/demo.ts';
import { generateSync } from 'otplib';
import { demoFileOf } from './supervise/demo.ts';
import { dataFolder } from './supervise/settings.ts';

/** What is said instead of a stack. */
class Refusal extends Error {}

type SignInResult =
  | { __typename: 'Session'; accessToken: string }
  | { __typename: 'MfaChallenge'; challengeToken: string }
  | { __typename: string };

const RESULT = '{ __typename ... on Session { accessToken } ... on MfaChallenge { challengeToken } }';
const SIGN_IN = `mutation ($input: SignInInput!) { result: signIn(input: $input) ${RESULT} }`;
const STAFF_SIGN_IN = `mutation ($input: StaffSignInInput!) { result: staffSignIn(input: $input) ${RESULT} }`;
const COMPLETE_MFA = `mutation ($input: CompleteMfaInput!) { result: completeMfa(input: $input) ${RESULT} }`;

try {
  process.stdout.write(`${await demoToken(process.argv[2], process.argv[3])}\n`);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function demoToken(email: string | undefined, slug: string | undefined): Promise<string> {
  const demo = credentials();
  const { gatewayUrl, password, totpSecret } = demo;
  const tenant = email === demo.staff ? 'the platform' : tenantOf(demo, email, slug);
  const signIn = () =>
    email === demo.staff
      ? ask(gatewayUrl, STAFF_SIGN_IN, { email, password })
      : ask(gatewayUrl, SIGN_IN, { email, password, tenant });
  const complete = async (result: SignInResult) => {
    if (!('challengeToken' in result)) return result;
    const code = generateSync({ secret: totpSecret });
    return ask(gatewayUrl, COMPLETE_MFA, { challengeToken: result.challengeToken, code });
  };

  const begun = await signIn();
  let result = await complete(begun);
  if ('challengeToken' in begun && !('accessToken' in result)) {
    const seconds = 31 - (Math.floor(Date.now() / 1_000) % 30);
    console.error(`The code of this half minute was used already; the next one comes in ${seconds} s.`);
    await sleep(seconds * 1_000);
    result = await complete(begun);
  }
  if ('accessToken' in result) return result.accessToken;
  throw new Refusal(`${email} could not be signed in to ${tenant}.`);
}

function credentials(): DemoCredentials {
  const file = demoFileOf(dataFolder(process.env));
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DemoCredentials;
  } catch {
    throw new Refusal(
      `There is no readable ${file}: run npm start first, and wait until it says that it is up.`,
    );
  }
}

function tenantOf({ users }: DemoCredentials, email: string | undefined, slug: string | undefined): string {
  if (email === undefined) throw new Refusal('Say who: npm run --silent demo:token -- owner@acme.test');
  const tenants = users.filter((user) => user.email === email).map((user) => user.tenant);
  const [first] = tenants;
  if (first === undefined) throw new Refusal(`${email} is not one of the demo people.`);
  if (slug === undefined && tenants.length > 1) {
    throw new Refusal(`${email} is in several tenants: add ${tenants.join(' or ')} behind the address.`);
  }
  if (slug !== undefined && !tenants.includes(slug))
    throw new Refusal(`${email} is not a member of ${slug}.`);
  return slug ?? first;
}

async function ask(url: string, query: string, input: object): Promise<SignInResult> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { input } }),
  })
    .then((response) => response.json())
    .catch(() => {
      throw new Refusal(`The gateway at ${url} does not answer: is npm start running?`);
    });
  const { data, errors } = answer as { data?: { result?: SignInResult }; errors?: { message: string }[] };
  if (data?.result) return data.result;
  throw new Refusal(`The gateway answered: ${errors?.[0]?.message ?? 'nothing that could be understood'}`);
}
