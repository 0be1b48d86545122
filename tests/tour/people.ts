/** Signs the people of the demo in by the front door, as a browser does. */
import type { DemoCredentials } from '@chorus/shared/demo.ts';
import { generateSync } from 'otplib';

/** An answer of the gateway as it came. */
export interface Answer {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- the tour reads into answers of every shape
  body: any;
}

export type Ask = (query: string, variables?: object, headers?: Record<string, string>) => Promise<Answer>;

/** @param credential an access token or an API key; without one it is a visitor who asks */
export const asking =
  (url: string, credential?: string): Ask =>
  async (query, variables = {}, headers = {}) => {
    const bearer = credential === undefined ? {} : { authorization: `Bearer ${credential}` };
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer, ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };

const RESULT = '{ __typename ... on Session { accessToken } ... on MfaChallenge { challengeToken } }';

/** Where the demo is, and how people get in. */
export class People {
  readonly url: string;
  readonly #demo: DemoCredentials;
  /** Each signs in once, because a code is good once. */
  readonly #signedIn = new Map<string, Promise<Ask>>();

  constructor(demo: DemoCredentials) {
    [this.url, this.#demo] = [demo.gatewayUrl, demo];
  }

  /** Somebody of a tenant, such as `owner@acme.test`, with the second factor where there is one. @throws when refused */
  member(email: string): Promise<Ask> {
    const [, tenant] = /@(\w+)\./.exec(email) ?? [];
    return this.#once(email, `signIn(input: $input) ${RESULT}`, 'SignInInput', { tenant });
  }

  /** The platform's staff. */
  staff(): Promise<Ask> {
    return this.#once(this.#demo.staff, `staffSignIn(input: $input) ${RESULT}`, 'StaffSignInInput', {});
  }

  #once(email: string, field: string, type: string, where: object): Promise<Ask> {
    let ask = this.#signedIn.get(email);
    if (ask === undefined) this.#signedIn.set(email, (ask = this.#signIn(email, field, type, where)));
    return ask;
  }

  async #signIn(email: string, field: string, type: string, where: object): Promise<Ask> {
    const input = { email, password: this.#demo.password, ...where };
    const visitor = asking(this.url);
    const begun = await visitor(`mutation ($input: ${type}!) { result: ${field} }`, { input });
    const { accessToken, challengeToken } = begun.body.data?.result ?? {};
    if (accessToken !== undefined) return asking(this.url, accessToken);
    const code = generateSync({ secret: this.#demo.totpSecret });
    const proven = await visitor(
      `mutation ($input: CompleteMfaInput!) { result: completeMfa(input: $input) ${RESULT} }`,
      { input: { challengeToken, code } },
    );
    const token: unknown = proven.body.data?.result?.accessToken;
    if (typeof token !== 'string') throw new Error(`${email} could not be signed in`);
    return asking(this.url, token);
  }
}
