import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { ConfigError } from '@chorus/shared/config.ts';

/** Who a request comes from, seen through the proxies that are trusted. */
export interface Peer {
  address: string;
  scheme: 'http' | 'https';
}

/** Reads addresses and networks such as `10.0.0.0/8`. @throws ConfigError naming TRUSTED_PROXIES */
export function trustedProxies(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const family = familyOf(address);
    const bits = prefix === undefined ? undefined : Number(prefix);
    try {
      if (family === undefined) throw new RangeError('no address');
      if (bits === undefined) list.addAddress(address, family);
      else list.addSubnet(address, bits, family);
    } catch {
      throw new ConfigError(`TRUSTED_PROXIES must list addresses or networks, and "${entry}" is neither.`);
    }
  }
  return list;
}

/** The socket's address, or the first untrusted hop of X-Forwarded-For when the peer is a trusted proxy. */
export function peerOf(request: IncomingMessage, trusted: BlockList, tls: boolean): Peer {
  let address = plain(request.socket.remoteAddress ?? '');
  const own = tls ? 'https' : 'http';
  if (!isTrusted(address, trusted)) return { address, scheme: own };
  const { 'x-forwarded-for': chain = '', 'x-forwarded-proto': scheme } = request.headers;
  for (const hop of String(chain).split(',').map(withoutSpace).toReversed()) {
    if (familyOf(hop) === undefined) break;
    address = plain(hop);
    if (!isTrusted(address, trusted)) break;
  }
  return { address, scheme: scheme === 'https' || scheme === 'http' ? scheme : own };
}

const withoutSpace = (text: string): string => text.trim();

function isTrusted(address: string, trusted: BlockList): boolean {
  const family = familyOf(address);
  return family !== undefined && trusted.check(address, family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
}

/** An IPv4 address that arrived on an IPv6 socket is the same address. */
const plain = (address: string): string => (address.startsWith('::ffff:') ? address.slice(7) : address);
