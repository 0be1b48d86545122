/**
 * How a frontend talks to Chorus: sign-in, refresh, pages, errors. `tests/promises/frontend-sample.test.ts` runs this
 * file against a running system, so what stands here works. It needs nothing but `fetch`.
 */

/** One signed-in person at one gateway; everything below takes it. */
export interface Connection {
  gatewayUrl: string;
  session: Session | undefined;
  refreshing: Promise<void> | undefined;
}

export interface Session {
  /** Sent with every request; good for ten minutes. */
  accessToken: string;
  /** Exchanged once for the next pair of tokens; null where the browser holds it in a cookie. */
  refreshToken: string | null;
  /** When the access token ends. */
  expiresAt: string;
}

/** One entry of `errors`; branch on the code, never on the message. */
export interface GraphQLProblem {
  message: string;
  /** Which field is null because of this; absent when the whole operation was refused. */
  path?: (string | number)[];
  extensions: { code: string; requestId?: string };
}

/** Both can be there at once: a part that is down costs its own fields only. */
export interface Answer<Data> {
  data: Data | null;
  errors: GraphQLProblem[];
}

/** Nothing came back that could be shown. */
export class ChorusError extends Error {
  readonly code: string;
  readonly requestId: string | undefined;

  constructor({ message, extensions }: GraphQLProblem) {
    super(message);
    this.code = extensions.code;
    this.requestId = extensions.requestId;
  }
}

export const connect = (gatewayUrl: string): Connection => ({
  gatewayUrl,
  session: undefined,
  refreshing: undefined,
});

// --- Requests and errors ---------------------------------------------------------------------------------------------

/** The same request may succeed later; all other codes need somebody to change something. */
const WORTH_A_RETRY = new Set([
  'SUBGRAPH_UNAVAILABLE',
  'RATE_LIMITED',
  'OVERLOADED',
  'DEADLINE_EXCEEDED',
  'INTERNAL',
]);

export const isWorthARetry = ({ extensions }: GraphQLProblem): boolean => WORTH_A_RETRY.has(extensions.code);

/** One operation as whoever is signed in. @throws ChorusError when there is no data at all */
export async function ask<Data>(
  connection: Connection,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Answer<Data>> {
  await refreshWhenNearlyOver(connection);
  let answer = await send<Data>(connection, query, variables);
  if (isSignedOut(answer) && connection.session !== undefined) {
    await refresh(connection);
    answer = await send<Data>(connection, query, variables);
  }
  const [problem] = answer.errors;
  if (answer.data === null && problem !== undefined) throw new ChorusError(problem);
  return answer;
}

const isSignedOut = ({ data, errors }: Answer<unknown>): boolean =>
  data === null && errors.some(({ extensions }) => extensions.code === 'UNAUTHENTICATED');

async function send<Data>(
  { gatewayUrl, session }: Connection,
  query: string,
  variables: Record<string, unknown>,
): Promise<Answer<Data>> {
  const response = await fetch(gatewayUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(session === undefined ? {} : { authorization: `Bearer ${session.accessToken}` }),
    },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(15_000),
  });
  const { data = null, errors = [] } = (await response.json()) as Partial<Answer<Data>>;
  return { data, errors };
}

// --- Sign-in, second factor, refresh ---------------------------------------------------------------------------------

export type SignInStep =
  | { step: 'signed-in' }
  | { step: 'second-factor'; challengeToken: string; methods: string[] }
  | { step: 'enrolment'; enrolmentToken: string; message: string }
  | { step: 'refused'; message: string };

type SignInResult =
  | ({ __typename: 'Session' } & Session)
  | { __typename: 'MfaChallenge'; challengeToken: string; methods: string[] }
  | { __typename: 'MfaEnrolmentNeeded'; enrolmentToken: string; message: string }
  | { __typename: 'SignInRefused'; message: string };

const SIGN_IN_RESULT = `
  __typename
  ... on Session { accessToken refreshToken expiresAt }
  ... on MfaChallenge { challengeToken methods }
  ... on MfaEnrolmentNeeded { enrolmentToken }
  ... on Problem { message }`;

/** `tenant` is needed only by people who are members of several. */
type Credentials = { email: string; password: string; tenant?: string };

export const signIn = (connection: Connection, input: Credentials): Promise<SignInStep> =>
  signInWith(connection, 'signIn', 'SignInInput!', input);

/** Answers a challenge with the code the authenticator app shows, or a recovery code. */
export const completeMfa = (connection: Connection, input: { challengeToken: string; code: string }) =>
  signInWith(connection, 'completeMfa', 'CompleteMfaInput!', input);

/** Proves the second factor again, when an error says `MFA_REQUIRED`; then the request can be repeated. */
export const stepUp = (connection: Connection, input: { code: string }): Promise<SignInStep> =>
  signInWith(connection, 'stepUp', 'StepUpInput!', input);

/** Exchanges the refresh token; requests that need it at the same moment share one exchange. */
export function refresh(connection: Connection): Promise<void> {
  connection.refreshing ??= exchange(connection).finally(() => {
    connection.refreshing = undefined;
  });
  return connection.refreshing;
}

async function exchange(connection: Connection): Promise<void> {
  const refreshToken = connection.session?.refreshToken ?? null;
  const { step } = await signInWith(connection, 'refreshSession', 'RefreshSessionInput', { refreshToken });
  if (step !== 'signed-in') connection.session = undefined;
}

async function refreshWhenNearlyOver(connection: Connection): Promise<void> {
  const { session } = connection;
  if (session !== undefined && Date.parse(session.expiresAt) - Date.now() < 30_000) await refresh(connection);
}

async function signInWith(
  connection: Connection,
  name: string,
  type: string,
  input: object,
): Promise<SignInStep> {
  const mutation = `mutation ($input: ${type}) { result: ${name}(input: $input) { ${SIGN_IN_RESULT} } }`;
  const { data, errors } = await send<{ result: SignInResult | null }>(connection, mutation, { input });
  const [problem] = errors;
  if (problem !== undefined) throw new ChorusError(problem);
  const result = data?.result;
  if (result?.__typename === 'Session') {
    connection.session = result;
    return { step: 'signed-in' };
  }
  if (result?.__typename === 'MfaChallenge') {
    return { step: 'second-factor', challengeToken: result.challengeToken, methods: result.methods };
  }
  if (result?.__typename === 'MfaEnrolmentNeeded') {
    return { step: 'enrolment', enrolmentToken: result.enrolmentToken, message: result.message };
  }
  return { step: 'refused', message: result?.message ?? 'Signing in did not work.' };
}

// --- Pages -----------------------------------------------------------------------------------------------------------

export interface Mention {
  id: string;
  /** Null where a role hides it. */
  text: string | null;
}

interface MentionPage {
  mentions: { nodes: Mention[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } | null;
}

const MENTIONS = `query ($first: Int!, $after: String) {
  mentions(first: $first, after: $after) { nodes { id text } pageInfo { hasNextPage endCursor } }
}`;

/** The feed, a page at a time and only as far as somebody reads. */
export async function* mentions(connection: Connection, pageSize = 50): AsyncGenerator<Mention> {
  let after: string | null = null;
  do {
    const answer: Answer<MentionPage> = await ask<MentionPage>(connection, MENTIONS, {
      first: pageSize,
      after,
    });
    const [problem] = answer.errors;
    const page = answer.data?.mentions;
    if (!page && problem !== undefined) throw new ChorusError(problem);
    if (!page) return;
    yield* page.nodes;
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
}

// --- One screen, four subgraphs --------------------------------------------------------------------------------------

export interface Overview {
  tenantName: string | undefined;
  /** Undefined for people who may not see billing, and while billing is down. */
  planName: string | undefined;
  trackers: { name: string; volume: { day: string; count: number }[] | null }[];
  /** What could not be shown, such as `viewer.tenant.subscription: FORBIDDEN`. */
  missing: string[];
  /** Whether asking again later may show more. */
  retry: boolean;
}

interface OverviewData {
  viewer: { tenant: { name: string; subscription: { plan: { name: string } | null } | null } | null } | null;
  trackers: Overview['trackers'] | null;
}

const OVERVIEW = `{
  viewer { tenant { name subscription { plan { name } } } }
  trackers { name volume { day count } }
}`;

/** Shows what is there and names what is not: the way to treat every screen. */
export async function overview(connection: Connection): Promise<Overview> {
  const { data, errors } = await ask<OverviewData>(connection, OVERVIEW);
  const tenant = data?.viewer?.tenant;
  return {
    tenantName: tenant?.name,
    planName: tenant?.subscription?.plan?.name,
    trackers: data?.trackers ?? [],
    missing: errors.map(({ path = [], extensions }) => `${path.join('.')}: ${extensions.code}`),
    retry: errors.some(isWorthARetry),
  };
}
