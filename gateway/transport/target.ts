import { ConfigError } from '@chorus/shared/config.ts';

/** Where a subgraph listens. */
export interface Target {
  origin: string;
  path: string;
  socketPath?: string;
}

const UNIX = /^unix:(\/[^:]+)(?::(\/.*))?$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Reads `http://host:port/path`, `https://...` or `unix:/run/accounts.sock[:/path]`.
 * @throws ConfigError naming the setting the address came from
 */
export function targetOf(address: string, setting: string, production = false): Target {
  const [, socketPath, path = '/graphql'] = UNIX.exec(address) ?? [];
  if (socketPath !== undefined) return { origin: 'http://localhost', path, socketPath };
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new ConfigError(`${setting} must be an http:, https: or unix: address, not "${address}".`);
  }
  if (production && url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw new ConfigError(`${setting} must use https: or unix: in production, unless it is on this machine.`);
  }
  return { origin: url.origin, path: url.pathname + url.search };
}
