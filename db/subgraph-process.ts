import { environment } from '@chorus/shared/config.ts';
import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import type { EventBus } from '@chorus/shared/event-bus.ts';
import { identityVerifier, type Identity } from '@chorus/shared/identity.ts';
import { readKeySet } from '@chorus/shared/keys.ts';
import { createLog, type Logger } from '@chorus/shared/log.ts';
import { internalServer, runProcess, type Part } from '@chorus/shared/process.ts';
import { settlementOf, subgraphSchema, type Feature } from '@chorus/shared/subgraph-schema.ts';
import { startSubgraph } from '@chorus/shared/subgraph.ts';
import { Context } from './context.ts';
import { Database } from './database.ts';

export interface Running {
  database: Database;
  bus: EventBus;
  log: Logger;
  env: ReturnType<typeof environment>;
}

export interface SubgraphProcess<Services> {
  name: 'accounts' | 'mentions' | 'reporting' | 'billing';
  port: number;
  features: readonly Feature[];
  /** What every request of this subgraph can reach besides its database. */
  services: (running: Running) => Promise<Services> | Services;
  /** Anything else that runs in this process, such as a relay. */
  parts?: (running: Running, services: Services) => Promise<Part[]>;
}

/** The whole life of a subgraph's server process; settings come from the environment. */
export function runSubgraph<Services>(subgraph: SubgraphProcess<Services>): Promise<void> {
  const log = createLog(subgraph.name);
  return runProcess({ name: subgraph.name, log, start: () => start(subgraph, log) });
}

async function start<Services>(subgraph: SubgraphProcess<Services>, log: Logger): Promise<Part[]> {
  const { name } = subgraph;
  const env = environment(process.env);
  const database = new Database(env.databaseUrl(`${name.toUpperCase()}_DATABASE_URL`), {
    applicationName: name,
  });
  const bus = postgresEventBus(env.databaseUrl('EVENTS_DATABASE_URL'));
  const running = { database, bus, log, env };
  const services = await subgraph.services(running);
  const verify = identityVerifier(name, readKeySet(env.required('CHORUS_GATEWAY_JWKS')));
  const host = env.optional('INTERNAL_HOST') ?? '127.0.0.1';
  const port = env.port('PORT', subgraph.port);
  const server = await startSubgraph(
    {
      schema: subgraphSchema(subgraph.features),
      verify,
      context: (request) => new Context(database, request, services),
      kept: ({ request, isChanged }) => ({ tag: tagOf(name, request.identity), isChanged }),
      settle: settlementOf(subgraph.features),
      log,
    },
    { host, port },
  );
  const internal = await internalServer({
    host,
    port: env.port('INTERNAL_PORT', port + 100),
    notReady: () => databaseProblem(database),
  });
  const parts = (await subgraph.parts?.(running, services)) ?? [];
  log.info({ port: server.port }, `${name} listens`);
  return [
    { name: 'database', stop: () => database.end() },
    { name: 'event bus', stop: () => bus.close() },
    internal,
    ...parts,
    server,
  ];
}

async function databaseProblem(database: Database): Promise<string | undefined> {
  try {
    await database.statements(null).execute('select 1');
    return undefined;
  } catch {
    return 'the database does not answer';
  }
}

/** One for all that a subgraph answers to callers of one tenant. */
const tagOf = (name: string, { tenantId }: Identity): string | undefined =>
  tenantId === null ? undefined : `${name} of ${tenantId}`;
