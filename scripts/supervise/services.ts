import { join } from 'node:path';
import type { DatabaseUrls } from '@chorus/db/databases.ts';
import { demoFileOf } from './demo.ts';
import { GATEWAY_FLAGS } from './gateway-flags.ts';
import type { Keys } from './keys.ts';
import { ROOT, type Settings, urlOf } from './settings.ts';

/** The order in which services stop: nobody loses what it still depends on. */
export const STOP_ORDER = ['gateway', 'worker', 'subgraph'] as const;

/** One process: what runs, where it listens, and every variable it may see. */
export interface Service {
  name: string;
  kind: (typeof STOP_ORDER)[number];
  script: string;
  /** Of Node.js. */
  flags?: readonly string[];
  listens: { host: string; port: number }[];
  env: Record<string, string>;
}

const SUBGRAPHS = ['accounts', 'mentions', 'reporting', 'billing'] as const;
const WORKERS = ['mentions', 'reporting', 'billing'] as const;

/** What the operator may set for the gateway; it checks them itself. */
const GATEWAY_VARIABLES = [
  'CORS_ORIGINS',
  'TRUSTED_PROXIES',
  'TLS_CERT',
  'TLS_KEY',
  'REQUEST_TIMEOUT_MS',
  'SUBGRAPH_TIMEOUT_MS',
  'MAX_IN_FLIGHT',
  'MAX_COST',
  'SUPERGRAPH_FILE',
  'CHORUS_INTERNAL_TOKEN',
  'REDIS_URL',
  'REDIS_TIMEOUT_MS',
];

type SubgraphName = (typeof SUBGRAPHS)[number];

/** Where every process listens; known before anything starts, so that ports can be checked. */
export function addresses({ port, host, internalHost }: Settings) {
  const subgraph = (name: SubgraphName) => port + 1 + SUBGRAPHS.indexOf(name);
  return {
    gateway: [
      { host, port },
      { host: internalHost, port: port + 100 },
    ],
    subgraph: (name: SubgraphName) => [
      { host: internalHost, port: subgraph(name) },
      { host: internalHost, port: subgraph(name) + 100 },
    ],
    worker: (name: SubgraphName) => [{ host: internalHost, port: subgraph(name) + 110 }],
  };
}

/** Every address of this installation with the process it is for. */
export function allAddresses(settings: Settings) {
  const at = addresses(settings);
  return [
    ...at.gateway.map((address) => ({ ...address, name: 'gateway' })),
    ...SUBGRAPHS.flatMap((name) => at.subgraph(name).map((address) => ({ ...address, name }))),
    ...WORKERS.flatMap((name) => at.worker(name).map((address) => ({ ...address, name: `${name} worker` }))),
  ];
}

/** All processes with the least that each needs to know. */
export function services(settings: Settings, urls: DatabaseUrls, keys: Keys): Service[] {
  const common = {
    ...passed(settings.env, ['LOG_LEVEL', 'NODE_ENV', 'NODE_EXTRA_CA_CERTS', 'TZ']),
    INTERNAL_HOST: settings.internalHost,
    // Halves the start: Node keeps the compiled form of every module.
    NODE_COMPILE_CACHE: settings.env['NODE_COMPILE_CACHE'] ?? join(settings.dataDir, 'compile-cache'),
    EVENTS_DATABASE_URL: urls.events.app,
  };
  return [
    ...SUBGRAPHS.map((name) => subgraph(name, settings, urls, keys, common)),
    ...WORKERS.map((name) => worker(name, settings, urls, common)),
    gateway(settings, keys, common),
  ];
}

type Env = Record<string, string>;

const passed = (env: NodeJS.ProcessEnv, names: string[]): Env =>
  Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));

const variable = (name: SubgraphName, rest: string) => `${name.toUpperCase()}_${rest}`;

function subgraph(
  name: SubgraphName,
  settings: Settings,
  urls: DatabaseUrls,
  keys: Keys,
  common: Env,
): Service {
  const listens = addresses(settings).subgraph(name);
  const secrets = {
    [variable(name, 'WORKER_DATABASE_URL')]: urls[name].worker,
    CHORUS_API_KEY_PEPPER: keys.apiKeyPepper,
    CHORUS_MASTER_KEY: keys.masterKey,
  };
  const mailing = {
    MAIL_DIR: join(settings.dataDir, 'mail'),
    ...passed(settings.env, ['MAIL_DIR', 'MAIL_FROM', 'APP_URL']),
  };
  return {
    name,
    kind: 'subgraph',
    script: join(ROOT, 'subgraphs', name, 'server.ts'),
    listens,
    env: {
      ...common,
      ...ports(listens),
      [variable(name, 'DATABASE_URL')]: urls[name].app,
      CHORUS_GATEWAY_JWKS: keys.gatewayJwks,
      ...(name === 'accounts' ? { ...secrets, ...mailing } : {}),
    },
  };
}

function worker(name: SubgraphName, settings: Settings, urls: DatabaseUrls, common: Env): Service {
  const listens = addresses(settings).worker(name);
  return {
    name: `${name}-worker`,
    kind: 'worker',
    script: join(ROOT, 'subgraphs', name, 'worker.ts'),
    listens,
    env: {
      ...common,
      INTERNAL_PORT: String(listens[0]?.port),
      [variable(name, 'WORKER_DATABASE_URL')]: urls[name].worker,
    },
  };
}

function gateway(settings: Settings, keys: Keys, common: Env): Service {
  const at = addresses(settings);
  const subgraphUrls = SUBGRAPHS.map((name) => {
    const [{ host, port } = { host: '', port: 0 }] = at.subgraph(name);
    return [variable(name, 'URL'), urlOf(host, port)];
  });
  return {
    name: 'gateway',
    kind: 'gateway',
    script: join(ROOT, 'gateway', 'server.ts'),
    flags: GATEWAY_FLAGS,
    listens: at.gateway,
    env: {
      ...common,
      ...ports(at.gateway),
      HOST: settings.host,
      ...Object.fromEntries(subgraphUrls),
      ...passed(
        settings.env,
        SUBGRAPHS.map((name) => variable(name, 'URL')),
      ),
      ...passed(settings.env, GATEWAY_VARIABLES),
      ...(settings.production ? {} : { CHORUS_DEMO_FILE: demoFileOf(settings.dataDir) }),
      CHORUS_GATEWAY_KEYS: keys.gatewayKeys,
      CHORUS_API_KEY_PEPPER: keys.apiKeyPepper,
    },
  };
}

const ports = ([own, internal]: { port: number }[]): Env => ({
  PORT: String(own?.port),
  INTERNAL_PORT: String(internal?.port),
});
