import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ConfigError } from './config.ts';
import { sendJson } from './http.ts';
import type { Logger } from './log.ts';

/** Something that is stopped when the process ends, in reverse order of start. */
export interface Part {
  name: string;
  stop: () => Promise<void>;
}

export interface ProcessOptions {
  name: string;
  log: Logger;
  /** Starts everything, first part first; a thrown ConfigError becomes one sentence and exit code 78. */
  start: () => Promise<Part[]>;
  /** How long a drain may take before the process ends anyway, in milliseconds. */
  drainMs?: number;
}

/**
 * The life of every Chorus process: start, say `ready` to the supervisor, run, and drain on SIGTERM, SIGINT or when
 * the supervisor's IPC channel closes, so that a killed supervisor leaves no orphan.
 */
export async function runProcess({ name, log, start, drainMs = 10_000 }: ProcessOptions): Promise<void> {
  let parts: Part[] = [];
  let stopping = false;

  const stop = async (reason: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ reason }, `${name} stops`);
    const limit = setTimeout(() => process.exit(1), drainMs);
    limit.unref();
    for (const part of parts.toReversed()) {
      log.debug({ part: part.name }, 'stopping');
      await part.stop().catch((error: unknown) => log.error({ error, part: part.name }, 'part did not stop'));
    }
    process.exit(0);
  };

  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  process.on('disconnect', () => void stop('supervisor gone'));
  process.on('uncaughtException', (error) => {
    log.fatal({ error }, 'uncaught exception');
    process.exit(1);
  });

  try {
    parts = await start();
  } catch (error) {
    fail(name, log, error);
  }
  process.send?.({ type: 'ready' });
}

/** One sentence on standard error for the person who started it, and the exit code for the supervisor. */
function fail(name: string, log: Logger, error: unknown): never {
  const sentence = startSentence(error);
  if (sentence === undefined) log.fatal({ error }, `${name} did not start`);
  process.stderr.write(`${name}: ${sentence ?? 'did not start; the log has the cause.'}\n`);
  process.exit(error instanceof ConfigError ? ConfigError.exitCode : 1);
}

function startSentence(error: unknown): string | undefined {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const { code, port, address } = error as { code: unknown; port?: number; address?: string };
  if (code === 'EADDRINUSE') return `port ${port} on ${address} is already in use.`;
  if (code === 'EACCES' && port !== undefined) return `port ${port} on ${address} needs more rights.`;
  if (code === 'ECONNREFUSED') return 'the database refuses connections.';
  return undefined;
}

/** Listens, and rejects with the system's error when it cannot. `path` is for Unix sockets. */
export const listen = (
  server: Server,
  at: { host: string; port: number } | { path: string },
): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });

/** Lets requests in flight finish, then closes; idle keep-alive connections go at once. */
export const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });

/** What the internal port tells: alive, ready (or why not), and whatever else a process adds. */
export interface InternalPort {
  host: string;
  port: number;
  /** Undefined when ready, else the reason. */
  notReady: () => string | undefined | Promise<string | undefined>;
  /** Answers what else there is by path. */
  more?: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<void>>>;
}

/** `GET /health` and `GET /ready`, for supervisors and load balancers; never on the public port. */
export async function internalServer({
  host,
  port,
  notReady,
  more = {},
}: InternalPort): Promise<Part & { port: number }> {
  const server = createServer((request, response) => {
    void (async () => {
      if (request.url === '/health') return sendJson(response, 200, { status: 'ok' });
      const other = Object.hasOwn(more, request.url ?? '') ? more[request.url ?? ''] : undefined;
      if (other !== undefined) return other(request, response);
      if (request.url !== '/ready') return sendJson(response, 404, { status: 'not found' });
      const reason = await notReady();
      return sendJson(response, reason === undefined ? 200 : 503, { status: reason ?? 'ready' });
    })().catch(() => sendJson(response, 500, { status: 'failed' }));
  });
  const bound = await listen(server, { host, port });
  return { name: 'internal port', port: bound, stop: () => closeServer(server) };
}
