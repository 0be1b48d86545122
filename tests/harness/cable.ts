import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to the database that the test can cut and mend. */
export function cable(to: URL) {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;
  const cut = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
    server = undefined;
  };
  const mend = () =>
    new Promise<number>((resolve) => {
      server = createServer((near) => {
        const far = connect(Number(to.port), to.hostname);
        near.pipe(far).pipe(near);
        for (const socket of [near, far]) {
          sockets.add(socket);
          socket.on('error', () => undefined);
          socket.on('close', () => sockets.delete(socket));
        }
      }).listen(port, '127.0.0.1', () => {
        const address = server?.address();
        if (typeof address === 'object' && address !== null) port = address.port;
        resolve(port);
      });
    });
  return { cut, mend };
}
