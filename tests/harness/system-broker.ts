import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DatabaseUrls } from '@chorus/db/databases.ts';
import { startSystem, type System } from './system.ts';

/**
 * Starts the one system that all promise files share, when the first of them asks: runs of single features do not pay
 * for it, and it outlives the worker process of each file.
 */
export async function startSystemBroker(cloneDatabases: () => Promise<DatabaseUrls>) {
  let starting: Promise<System> | undefined;
  const server = createServer((_request, response) => {
    starting ??= cloneDatabases().then(startSystem);
    starting.then(
      (system) => response.end(JSON.stringify(system)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      const system = await starting?.catch(() => undefined);
      await system?.stop();
    },
  };
}
