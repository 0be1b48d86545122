import { environment } from '@chorus/shared/config.ts';
import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import { createLog } from '@chorus/shared/log.ts';
import { internalServer, runProcess, type Part } from '@chorus/shared/process.ts';
import { Database } from './database.ts';
import type { Running } from './subgraph-process.ts';

export interface WorkerProcess {
  name: 'mentions' | 'reporting' | 'billing';
  internalPort: number;
  parts: (running: Running & { workerUrl: string }) => Promise<Part[]>;
}

/** The whole life of a worker process: the same features as the server, off the request path. */
export function runWorker({ name, internalPort, parts }: WorkerProcess): Promise<void> {
  const log = createLog(`${name}-worker`);
  return runProcess({
    name: `${name}-worker`,
    log,
    start: async () => {
      const env = environment(process.env);
      const workerUrl = env.databaseUrl(`${name.toUpperCase()}_WORKER_DATABASE_URL`);
      const database = new Database(workerUrl, { max: 4, applicationName: `${name}-worker` });
      const bus = postgresEventBus(env.databaseUrl('EVENTS_DATABASE_URL'));
      const internal = await internalServer({
        host: env.optional('INTERNAL_HOST') ?? '127.0.0.1',
        port: env.port('INTERNAL_PORT', internalPort),
        notReady: () => undefined,
      });
      return [
        { name: 'database', stop: () => database.end() },
        { name: 'event bus', stop: () => bus.close() },
        internal,
        ...(await parts({ database, bus, log, env, workerUrl })),
      ];
    },
  });
}
