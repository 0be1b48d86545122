import { parse, print } from 'graphql';
import { gatewayOver, subgraph, temporaryFile, type TestGateway, type TestSubgraph } from '../../testing.ts';
import { keptForTests } from '../../testing-lifetime.ts';
import { foreignIssuer, type ForeignIssuer } from '../../testing-tokens.ts';
import { linked, type Case, type Claims, type Suite } from './corpus.ts';

/** Subgraphs and a gateway that lets in whoever its issuer names. */
export interface Stand {
  subgraphs: readonly TestSubgraph[];
  gateway: TestGateway;
  issuer: ForeignIssuer;
}

type Shape = Pick<Suite, 'subgraphs' | 'args' | 'policies'>;

export async function standing({ subgraphs, args = [], policies }: Shape): Promise<Stand> {
  const running = await Promise.all(
    Object.entries(subgraphs).map(([name, { sdl, resolvers }]) => subgraph(name, linked(sdl), resolvers)),
  );
  const issuer = await foreignIssuer();
  const rules = policies && ['--policies', temporaryFile('policies.json', JSON.stringify(policies))];
  const flags = ['--jwks', issuer.jwks, ...(rules ?? []), ...args];
  // What an operation costs is another matter.
  const env = { MAX_COST: String(Number.MAX_SAFE_INTEGER) };
  return { subgraphs: running, gateway: await gatewayOver(running, { args: flags, env }), issuer };
}

/** Starts what suites stand on, once for those that stand on the same. */
export function keptStands(start: (shape: Shape) => Promise<Stand>): (shape: Shape) => Promise<Stand> {
  const shapes = new Map<Suite['subgraphs'], Map<string, Shape>>();
  const kept = keptForTests(start);
  return (shape) => {
    const known = shapes.get(shape.subgraphs) ?? new Map<string, Shape>();
    shapes.set(shape.subgraphs, known);
    const flags = (shape.args ?? []).join(' ');
    const first = known.get(flags) ?? shape;
    known.set(flags, first);
    return kept(first);
  };
}

const ago = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds;

/** The headers of a caller; nobody sends none. */
async function headersOf({ issuer }: Stand, caller: Claims | undefined): Promise<Record<string, string>> {
  if (caller === undefined) return {};
  const { mfaAgo, authAgo, ...claims } = caller;
  const times = {
    ...(mfaAgo === undefined ? {} : { mfa_at: ago(mfaAgo) }),
    ...(authAgo === undefined ? {} : { auth_time: ago(authAgo) }),
  };
  return { authorization: `Bearer ${await issuer.token({ ...claims, ...times })}` };
}

/** What a gateway answered, and which operations it sent where. */
export interface Seen {
  status: number;
  challenge: string | null;
  text: string;
  body: Awaited<ReturnType<TestGateway['ask']>>['body'];
  sent: Record<string, string[]>;
}

/** An operation without its caller. */
export type Question = Pick<Case, 'operation' | 'operationName' | 'variables'>;

export const questionsOf = (cases: Suite['cases']): Question[] => {
  const questions = cases.map(({ operation, operationName, variables }) => ({
    operation,
    ...(operationName === undefined ? {} : { operationName }),
    ...(variables === undefined ? {} : { variables }),
  }));
  return [...new Map(questions.map((question) => [JSON.stringify(question), question])).values()];
};

export async function asked(stand: Stand, asking: Question, caller: Claims | undefined): Promise<Seen> {
  for (const { received } of stand.subgraphs) received.length = 0;
  const { operation: query, operationName, variables = {} } = asking;
  const { status, headers, text, body } = await stand.gateway.post(
    { query, variables, operationName },
    await headersOf(stand, caller),
  );
  const challenge = headers.get('www-authenticate');
  const sent = stand.subgraphs.map(({ name, received }) => [name, received.map((one) => one.query)] as const);
  return { status, challenge, text, body, sent: sentOf(Object.fromEntries(sent)) };
}

/** Operations without their layout, in no particular order, of the subgraphs that were asked anything. */
export const sentOf = (sent: Record<string, readonly string[]>): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(sent)
      .filter(([, operations]) => operations.length > 0)
      .map(([name, operations]) => [name, operations.map(normal).toSorted()]),
  );

const normal = (query: string): string => print(parse(query)).replaceAll(/\s+/g, ' ');
