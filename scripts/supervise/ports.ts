import { createServer } from 'node:net';
import { errorCode, EXIT_CONFIGURATION, StartError } from '@chorus/db/start-error.ts';
import { allAddresses } from './services.ts';
import type { Settings } from './settings.ts';

/** Refuses the start before anything runs when one of its ports is taken. */
export async function checkPorts(settings: Settings) {
  for (const { host, port, name } of allAddresses(settings)) {
    const problem = await listenProblem(host, port);
    if (problem === undefined) continue;
    const variable = name === 'gateway' && host === settings.host ? 'HOST' : 'INTERNAL_HOST';
    if (problem === 'EADDRINUSE') {
      throw new StartError(
        `Port ${port} (${name}) is already in use: stop what listens there, or set PORT to move all of Chorus.`,
      );
    }
    throw new StartError(`${variable}=${host}: port ${port} (${name}) cannot be listened on (${problem}).`, {
      exitCode: EXIT_CONFIGURATION,
    });
  }
}

function listenProblem(host: string, port: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const server = createServer();
  server.once('error', (error) => resolve(errorCode(error) ?? error.message));
  server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  return promise;
}
