import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import type { PublicError } from '@chorus/shared/errors.ts';
import { GraphQLError, Source } from 'graphql';
import type { Assembly } from '../assembly.ts';
import { ownCopy } from '../common-data.ts';
import type { Answer, Problem } from '../request.ts';
import type { Client } from './client.ts';
import type { Run } from './run.ts';

type ApolloGateway = ApolloServerOptionsWithGateway<BaseContext>['gateway'];
type Listener = Parameters<ApolloGateway['onSchemaLoadOrUpdate']>[0];
type Executor = NonNullable<Awaited<ReturnType<ApolloGateway['load']>>['executor']>;

/** A gateway as Apollo Server takes it, which is assembled when the server starts and ends with it. */
export function gatewayOver(
  assembled: () => Promise<Assembly>,
  runner: (assembly: Assembly) => Run,
): { gateway: ApolloGateway; run: Run } {
  const listeners = new Set<Listener>();
  let parts: Assembly['parts'] = [];
  let run: Run = () => Promise.reject(new Error('the gateway is not loaded'));
  return {
    run: (sent, client) => run(sent, client),
    gateway: {
      onSchemaLoadOrUpdate: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      load: async () => {
        const assembly = await assembled();
        parts = assembly.parts;
        run = runner(assembly);
        assembly.onServed(({ generation, prepared: { plannerText: coreSupergraphSdl } }) => {
          const { contract } = assembly;
          const shown = contract === undefined ? generation : (generation.contract(contract) ?? generation);
          for (const listener of listeners) listener({ apiSchema: shown.schema, coreSupergraphSdl });
        });
        return { executor: executorOver(run) };
      },
      stop: async () => {
        for (const part of parts.splice(0).toReversed()) await part.stop();
      },
    },
  };
}

/** All that protects data is in here, so that it holds for a server without our plugin too. */
const executorOver =
  (run: Run): Executor =>
  async (asked) => {
    const answer = await run(asked, asked.context as Client);
    if (asked.response?.http !== undefined) writeHead(asked.response.http, answer);
    return resultOf(answer, asked.source);
  };

/** Status and headers, of which Apollo Server keeps one value each. */
export function writeHead(
  http: { status?: number | undefined; headers: { set: (name: string, value: string) => unknown } },
  { status, headers }: Answer,
): void {
  http.status = status;
  for (const [name, value] of Object.entries(headers)) http.headers.set(name, value);
}

function resultOf({ status, body }: Answer, source: string): Awaited<ReturnType<Executor>> {
  const { errors, data, ...rest } = body as {
    data?: Record<string, unknown> | null;
    errors?: (PublicError & Pick<Problem, 'locations'>)[];
    extensions?: Record<string, unknown>;
  };
  // Plugins of Apollo Server may change what they are shown.
  const told = { ...rest, ...(data === undefined ? {} : { data: data && ownCopy(data) }) };
  if (errors === undefined) return told;
  // Apollo Server takes the status of a refusal from there, and tells nobody of it.
  const http = 'data' in told ? {} : { http: { status } };
  return {
    ...told,
    errors: errors.map(({ message, locations, extensions, ...rest }) => {
      const positions = locations?.map((location) => offsetOf(location, source));
      return new GraphQLError(message, {
        ...rest,
        extensions: { ...extensions, ...http },
        ...(positions && { positions, source: new Source(source) }),
      });
    }),
  };
}

/** GraphQL errors keep their places as offsets. */
const offsetOf = ({ line, column }: { line: number; column: number }, text: string): number =>
  text
    .split(/\r\n|[\n\r]/g)
    .slice(0, line - 1)
    .reduce((sum, before) => sum + before.length + 1, column - 1);
