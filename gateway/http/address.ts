import type { IncomingMessage } from 'node:http';
import type { BlockList } from 'node:net';
import { ConfigError } from '@chorus/shared/config.ts';
import { familyOf, isNetwork, isWithin, networkList } from '@chorus/shared/networks.ts';

/** Who a request comes from, seen through the proxies that are trusted. */
export interface Peer {
  address: string;
  scheme: 'http' | 'https';
}

/** Reads addresses and networks such as `10.0.0.0/8`; undefined for none. @throws ConfigError naming TRUSTED_PROXIES */
export function trustedProxies(entries: readonly string[]): BlockList | undefined {
  if (entries.length === 0) return undefined;
  const wrong = entries.find((entry) => !isNetwork(entry));
  if (wrong === undefined) return networkList(entries);
  throw new ConfigError(`TRUSTED_PROXIES must list addresses or networks, and "${wrong}" is neither.`);
}

/** The socket's address, or the first untrusted hop of X-Forwarded-For when the peer is a trusted proxy. */
export function peerOf(request: IncomingMessage, trusted: BlockList | undefined, tls: boolean): Peer {
  let address = plain(request.socket.remoteAddress ?? '');
  const own = tls ? 'https' : 'http';
  if (trusted === undefined || !isWithin(trusted, address)) return { address, scheme: own };
  const { 'x-forwarded-for': chain = '', 'x-forwarded-proto': scheme } = request.headers;
  for (const hop of String(chain).split(',').map(withoutSpace).toReversed()) {
    if (familyOf(hop) === undefined) break;
    address = plain(hop);
    if (trusted === undefined || !isWithin(trusted, address)) break;
  }
  return { address, scheme: scheme === 'https' || scheme === 'http' ? scheme : own };
}

const withoutSpace = (text: string): string => text.trim();

/** An IPv4 address that arrived on an IPv6 socket is the same address. */
const plain = (address: string): string => (address.startsWith('::ffff:') ? address.slice(7) : address);
