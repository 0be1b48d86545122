import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { ConfigError, environment } from '@chorus/shared/config.ts';

/** The checkout this script belongs to. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** What `npm start` takes from its environment and command line. */
export interface Settings {
  production: boolean;
  dataDir: string;
  keysDir: string;
  /** The gateway's port; the subgraphs take the next four, internal ports are 100 higher. */
  port: number;
  host: string;
  internalHost: string;
  tls: boolean;
  env: NodeJS.ProcessEnv;
}

/** Where an installation keeps everything of its own. */
export const dataFolder = (env: NodeJS.ProcessEnv) =>
  resolve(ROOT, environment(env).optional('CHORUS_DATA_DIR') ?? '.data');

const SWITCHES = ['--demo-public'];

export function readSettings(env: NodeJS.ProcessEnv, args: readonly string[]): Settings {
  const unknown = args.find((arg) => !SWITCHES.includes(arg));
  if (unknown !== undefined) throw new ConfigError(`${unknown} is unknown; npm start knows --demo-public.`);
  const { optional, integer, production } = environment(env);
  const dataDir = dataFolder(env);
  const settings = {
    production,
    dataDir,
    keysDir: join(dataDir, 'keys'),
    port: integer('PORT', 4000, { min: 1, max: 65_000 }),
    host: optional('HOST') ?? '127.0.0.1',
    internalHost: optional('INTERNAL_HOST') ?? '127.0.0.1',
    tls: optional('TLS_CERT') !== undefined,
    env,
  };
  if (!production && !isLoopback(settings.host) && !args.includes('--demo-public')) {
    throw new ConfigError(
      `HOST=${settings.host} would offer the demo and its printed sign-ins to the network: set NODE_ENV=production, or add --demo-public.`,
    );
  }
  return settings;
}

export const isLoopback = (host: string) =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** How to reach something that listens on `host`, which may mean every address. */
export function urlOf(host: string, port: number, { tls = false, path = '/graphql' } = {}): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `${tls ? 'https' : 'http'}://${isIP(reachable) === 6 ? `[${reachable}]` : reachable}:${port}${path}`;
}
