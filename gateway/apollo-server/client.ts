import type { IncomingMessage, ServerResponse } from 'node:http';
import { BlockList } from 'node:net';
import { peerOf } from '../http/http.ts';
import type { Incoming } from '../request.ts';

/** What only the connection tells about a request: Apollo Server hides it, so it comes in the `contextValue`. */
export interface Client {
  clientAddress?: string;
  scheme?: Incoming['scheme'];
  /** Aborted when nobody waits for the answer any more, which ends what is asked of subgraphs. */
  clientGone?: AbortSignal;
}

const NO_PROXIES = new BlockList();

/** For the `context` function: `({ req, res }) => clientOf(req, res)`. Behind a proxy, say `clientAddress` yourself. */
export function clientOf(request: IncomingMessage, response: ServerResponse): Client {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  const { address, scheme } = peerOf(request, NO_PROXIES, 'encrypted' in request.socket);
  return { clientAddress: address, scheme, clientGone: gone.signal };
}
