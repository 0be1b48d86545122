import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { parse, print } from 'graphql';
import { gatewayOver, subgraph, temporaryFile, type TestGateway, type TestSubgraph } from '../../testing.ts';
import { linked, ungated, type Case, type Claims, type Suite } from './corpus.ts';

const keys = await generateKeyPair('ES256', { extractable: true });
const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k', alg: 'ES256' }] });

const ago = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds;

function claimsOf({ mfaAgo, authAgo, ...claims }: Claims): JWTPayload {
  return {
    sub: 'me',
    ...claims,
    ...(mfaAgo === undefined ? {} : { mfa_at: ago(mfaAgo) }),
    ...(authAgo === undefined ? {} : { auth_time: ago(authAgo) }),
  };
}

/** The headers of a caller; nobody sends none. */
export async function headersOf(caller: Claims | undefined): Promise<Record<string, string>> {
  if (caller === undefined) return {};
  const token = await new SignJWT(claimsOf(caller))
    .setProtectedHeader({ alg: 'ES256', kid: 'k' })
    .setExpirationTime('5m')
    .sign(keys.privateKey);
  return { authorization: `Bearer ${token}` };
}

/** Subgraphs and a gateway that reads the tokens of `headersOf`. */
export interface Stand {
  subgraphs: readonly TestSubgraph[];
  gateway: TestGateway;
}

type Shape = Pick<Suite, 'subgraphs' | 'args' | 'policies'>;

export async function standing({ subgraphs, args = [], policies }: Shape): Promise<Stand> {
  const running = await Promise.all(
    Object.entries(subgraphs).map(([name, { sdl, resolvers }]) => subgraph(name, linked(sdl), resolvers)),
  );
  const rules = policies && ['--policies', temporaryFile('policies.json', JSON.stringify(policies))];
  const flags = ['--jwks', temporaryFile('jwks.json', jwks), ...(rules ?? []), ...args];
  return { subgraphs: running, gateway: await gatewayOver(running, { args: flags }) };
}

/** The same subgraphs as if their schemas asked nobody for anything. */
export function standingOpen({ subgraphs }: Shape): Promise<Stand> {
  const open = Object.entries(subgraphs).map(([name, { sdl, resolvers }]) => [
    name,
    { sdl: ungated(sdl) ?? sdl, resolvers },
  ]);
  return standing({ subgraphs: Object.fromEntries(open) as Suite['subgraphs'] });
}

/** What a gateway answered, and which operations it sent where. */
export interface Seen {
  status: number;
  challenge: string | null;
  text: string;
  body: TestBody;
  sent: Record<string, string[]>;
}

type TestBody = Awaited<ReturnType<TestGateway['ask']>>['body'];

/** An operation without its caller. */
export type Question = Pick<Case, 'operation' | 'operationName' | 'variables'>;

export async function asked(stand: Stand, asking: Question, caller: Claims | undefined): Promise<Seen> {
  for (const { received } of stand.subgraphs) received.length = 0;
  const { operation: query, operationName, variables = {} } = asking;
  const { status, headers, text, body } = await stand.gateway.post(
    { query, variables, operationName },
    await headersOf(caller),
  );
  const sent = stand.subgraphs.map(({ name, received }) => [
    name,
    received.map(({ query }) => normal(query)),
  ]);
  return {
    status,
    challenge: headers.get('www-authenticate'),
    text,
    body,
    sent: sentOf(Object.fromEntries(sent)),
  };
}

/** Operations without their layout and the planner's names for them, in no particular order. */
export const sentOf = (sent: Record<string, readonly string[]>): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(sent)
      .filter(([, operations]) => operations.length > 0)
      .map(([name, operations]) => [name, operations.map(normal).toSorted()]),
  );

const normal = (query: string): string => print(parse(query)).replaceAll(/\s+/g, ' ');
