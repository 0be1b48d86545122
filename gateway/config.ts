import { readFileSync } from 'node:fs';
import type { BlockList } from 'node:net';
import { ConfigError, environment, type Environment } from '@chorus/shared/config.ts';
import { readFlags, type Flags } from './flags.ts';
import { corsPolicy, trustedProxies, type CorsPolicy } from './http/http.ts';
import type { TokenRules } from './identity/identity.ts';

/** Serving the product: callers, tenants and signed identities come from its other parts. */
export interface ProductMode {
  kind: 'product';
  eventsUrl: string;
  /** The file of private keys that sign identities. */
  gatewayKeys: string;
  apiKeyPepper: Buffer | undefined;
  production: boolean;
  demoFile: string | undefined;
}

/** Serving any supergraph, with nothing but the file. */
export interface StandaloneMode {
  kind: 'standalone';
  tokens: TokenRules | undefined;
  /** The file of the policies `@policy` names. */
  policies: string | undefined;
  /** The tag of the only part of the graph that clients see. */
  contract: string | undefined;
}

/** The Redis that gateways of one graph have in common. */
export interface RedisSettings {
  url: string;
  /** What it does not find by then is asked of the subgraph. */
  timeoutMs: number;
  /** Nothing that is kept is served when it has told nothing for so long. */
  silentMs: number;
}

export interface GatewayConfig {
  mode: ProductMode | StandaloneMode;
  production: boolean;
  /** What becomes of an operation that asks for more than its caller may have; undefined refuses mutations only. */
  unauthorized: 'filter' | 'reject' | undefined;
  /** Whether `/graphql` shows the schema to anybody. */
  introspection: boolean;
  supergraphFile: string;
  host: string;
  port: number;
  internalHost: string;
  /** `required` where somebody relies on this very port. */
  internalPort: { port: number; required: boolean };
  /** Who may change something there; undefined for nobody. */
  internalToken: string | undefined;
  /** Addresses that replace those in the supergraph, with the setting each came from. */
  subgraphs: ReadonlyMap<string, { url: string; setting: string }>;
  forwardHeaders: readonly string[];
  cors: CorsPolicy;
  trusted: BlockList | undefined;
  tls: { cert: Buffer; key: Buffer } | undefined;
  requestTimeoutMs: number;
  subgraphTimeoutMs: number;
  /** Where gateways of one graph meet; undefined for a gateway alone. */
  redis: RedisSettings | undefined;
  maxInFlight: number;
  /** What one operation may cost. */
  maxCost: number;
}

const PRODUCT_SUBGRAPHS = ['accounts', 'mentions', 'reporting', 'billing'];
const OWN_SUPERGRAPH = `${import.meta.dirname}/supergraph.graphql`;
const DEFAULT_PORT = 4000;
const INTERNAL_OFFSET = 100;
/** Our own lists say how long they are; of others the guess is coarse, and nests. */
const OWN_COST = 20_000;
const FOREIGN_COST = 1_000_000;
const REDIS_TIMEOUT_MS = 25;
/** Less than the second within which an invalidation holds everywhere. */
const REDIS_SILENT_MS = 900;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;
const PRODUCT_VARIABLE = /_DATABASE_URL$|^CHORUS_MASTER_KEY$|^CHORUS_GATEWAY_JWKS$/;

/** The process's settings, checked. @throws ConfigError with one sentence naming the variable or flag */
export function readConfig(
  args: readonly string[],
  variables: NodeJS.ProcessEnv = process.env,
): GatewayConfig {
  const flags = readFlags(args);
  const env = environment(variables);
  const standalone = flags.supergraph !== undefined;
  const host = flags.listen?.host ?? env.optional('HOST') ?? '127.0.0.1';
  const port = flags.listen?.port ?? env.port('PORT', DEFAULT_PORT);
  if (standalone && !flags.allowPublic) guardStandalone(variables, env, host);
  return {
    mode: standalone ? standaloneMode(flags, env) : productMode(flags, env),
    production: env.production,
    unauthorized: flags.unauthorized,
    introspection: standalone && (flags.introspection ?? true),
    supergraphFile: supergraphFile(flags, env),
    host,
    port,
    internalHost: flags.internalListen?.host ?? env.optional('INTERNAL_HOST') ?? '127.0.0.1',
    internalPort: internalPort(flags, env, port, !standalone),
    internalToken: internalToken(env),
    subgraphs: subgraphAddresses(flags, standalone ? undefined : env),
    forwardHeaders: flags.forwardHeaders,
    cors: corsPolicy(corsOrigins(env), !env.production),
    trusted: trustedProxies(env.list('TRUSTED_PROXIES')),
    tls: tlsFiles(env),
    requestTimeoutMs: env.integer('REQUEST_TIMEOUT_MS', 30_000, { min: 100, max: 600_000 }),
    subgraphTimeoutMs: env.integer('SUBGRAPH_TIMEOUT_MS', 10_000, { min: 50, max: 600_000 }),
    redis: redisSettings(env),
    maxInFlight: env.integer('MAX_IN_FLIGHT', 1000, { min: 1, max: 100_000 }),
    maxCost: env.integer('MAX_COST', standalone ? FOREIGN_COST : OWN_COST, {
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
    }),
  };
}

function redisSettings(env: Environment): RedisSettings | undefined {
  const url = env.redisUrl('REDIS_URL');
  const timeoutMs = env.integer('REDIS_TIMEOUT_MS', REDIS_TIMEOUT_MS, { min: 1, max: 1000 });
  return url === undefined ? undefined : { url, timeoutMs, silentMs: REDIS_SILENT_MS };
}

/** The file of the product can be put elsewhere, where it can be changed while it is served. */
function supergraphFile({ supergraph }: Flags, env: Environment): string {
  const own = env.optional('SUPERGRAPH_FILE');
  if (supergraph !== undefined && own !== undefined)
    throw new ConfigError('SUPERGRAPH_FILE must not be set with --supergraph.');
  return supergraph ?? own ?? OWN_SUPERGRAPH;
}

function internalPort(
  { listen, internalListen }: Flags,
  env: Environment,
  port: number,
  required: boolean,
): GatewayConfig['internalPort'] {
  if (internalListen !== undefined) return { port: internalListen.port, required: true };
  if (listen === undefined && env.optional('INTERNAL_PORT') !== undefined) {
    return { port: env.port('INTERNAL_PORT', 0), required: true };
  }
  const next = port + INTERNAL_OFFSET;
  return port === 0 || next > 65_535 ? { port: 0, required: false } : { port: next, required };
}

const SHORTEST_TOKEN = 16;

function internalToken(env: Environment): string | undefined {
  const token = env.optional('CHORUS_INTERNAL_TOKEN');
  if (token === undefined || token.length >= SHORTEST_TOKEN) return token;
  throw new ConfigError(`CHORUS_INTERNAL_TOKEN must have at least ${SHORTEST_TOKEN} characters.`);
}

/** A gateway that checks nobody belongs on one machine and away from the product. */
function guardStandalone(variables: NodeJS.ProcessEnv, env: Environment, host: string): void {
  const lift = 'unless --allow-public is given';
  if (env.production) throw new ConfigError(`NODE_ENV must not be production with --supergraph, ${lift}.`);
  const product = Object.keys(variables).find((name) => PRODUCT_VARIABLE.test(name) && env.optional(name));
  if (product !== undefined) throw new ConfigError(`${product} must not be set with --supergraph, ${lift}.`);
  if (!LOOPBACK.test(host)) {
    throw new ConfigError(
      `--listen must be a loopback address with --supergraph, ${lift}; "${host}" is not one.`,
    );
  }
}

const standaloneMode = (flags: Flags, { production }: Environment): StandaloneMode => ({
  kind: 'standalone',
  tokens: tokenRules(flags, production),
  policies: flags.policies,
  contract: flags.contract,
});

function tokenRules({ jwks, issuer, audience }: Flags, production: boolean): TokenRules | undefined {
  if (jwks !== undefined) {
    guardKeys(jwks, production);
    return { jwks, issuer, audience };
  }
  if (issuer !== undefined) throw new ConfigError('--issuer needs --jwks.');
  if (audience !== undefined) throw new ConfigError('--audience needs --jwks.');
  return undefined;
}

/** Whoever can change the keys on their way can be anybody. */
function guardKeys(jwks: string, production: boolean): void {
  const url = URL.canParse(jwks) ? new URL(jwks) : undefined;
  if (!production || url?.protocol !== 'http:' || LOOPBACK.test(url.hostname.replaceAll(/[[\]]/g, '')))
    return;
  throw new ConfigError('--jwks must use https: in production, unless it is on this machine.');
}

const STANDALONE_FLAGS = ['jwks', 'issuer', 'audience', 'policies', 'contract', 'introspection'] as const;

function productMode(flags: Flags, env: Environment): ProductMode {
  const alone = STANDALONE_FLAGS.find((name) => flags[name] !== undefined);
  if (alone !== undefined) throw new ConfigError(`--${alone} needs --supergraph.`);
  const demoFile = env.optional('CHORUS_DEMO_FILE');
  if (env.production && demoFile !== undefined) {
    throw new ConfigError('CHORUS_DEMO_FILE must not be set in production.');
  }
  const pepper = env.optional('CHORUS_API_KEY_PEPPER');
  return {
    kind: 'product',
    eventsUrl: env.databaseUrl('EVENTS_DATABASE_URL'),
    gatewayKeys: env.required('CHORUS_GATEWAY_KEYS'),
    apiKeyPepper: pepper === undefined ? undefined : env.secret('CHORUS_API_KEY_PEPPER', 32, 'hex'),
    production: env.production,
    demoFile,
  };
}

function subgraphAddresses(flags: Flags, env: Environment | undefined): GatewayConfig['subgraphs'] {
  const addresses = new Map<string, { url: string; setting: string }>();
  for (const name of PRODUCT_SUBGRAPHS) {
    const setting = `${name.toUpperCase()}_URL`;
    const url = env?.optional(setting);
    if (url !== undefined) addresses.set(name, { url, setting });
  }
  for (const [name, url] of flags.subgraphs) addresses.set(name, { url, setting: `--subgraph ${name}` });
  return addresses;
}

function corsOrigins(env: Environment): string[] {
  const origins = env.list('CORS_ORIGINS');
  const wrong = origins.find((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin);
  if (wrong === undefined) return origins;
  throw new ConfigError(
    `CORS_ORIGINS must list origins such as https://app.example.com, and "${wrong}" is none.`,
  );
}

function tlsFiles(env: Environment): GatewayConfig['tls'] {
  const [cert, key] = [env.optional('TLS_CERT'), env.optional('TLS_KEY')];
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined) throw new ConfigError('TLS_CERT is not set, but TLS_KEY is.');
  if (key === undefined) throw new ConfigError('TLS_KEY is not set, but TLS_CERT is.');
  return { cert: fileOf('TLS_CERT', cert), key: fileOf('TLS_KEY', key) };
}

function fileOf(setting: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new ConfigError(`${setting} names a file that cannot be read: ${file}.`);
  }
}
