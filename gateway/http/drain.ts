import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Kept connections get this long to hear, with one more answer, that they should close. */
const NOTICE_MS = 250;
const LOOK_MS = 5;
const LONGEST_MS = 2400;

/** Closes a server without resetting a client: notice first, then no new connections, then the stragglers. */
export async function drain(server: Server): Promise<void> {
  if (!server.listening) return;
  const end = setTimeout(() => server.closeAllConnections(), LONGEST_MS);
  const noticed = Date.now() + NOTICE_MS;
  while (Date.now() < noticed && (await connections(server)) > 0) await sleep(LOOK_MS);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(end);
}

const connections = (server: Server): Promise<number> =>
  new Promise((resolve) => server.getConnections((_error, count) => resolve(count ?? 0)));
