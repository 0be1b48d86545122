import { ConfigError } from '@chorus/shared/config.ts';
import type { Logger } from '@chorus/shared/log.ts';
import { readConfig, type GatewayConfig } from '../config.ts';
import type { SupergraphSdl } from './supergraph-file.ts';

/** What `chorus` takes: one of the first two, and what differs from the defaults. */
export interface ChorusOptions {
  /** The file of the supergraph; served again whenever it changes. */
  supergraph?: string;
  /** Its text instead of a file, or a function as ApolloGateway takes it. */
  supergraphSdl?: SupergraphSdl;
  /** Addresses by name, instead of those in the supergraph. */
  subgraphs?: Readonly<Record<string, string>>;
  /** Headers of clients that subgraphs get. */
  forwardHeaders?: readonly string[];
  /** File or address of the public keys that verify tokens; without it any Authorization header is ignored. */
  jwks?: string;
  issuer?: string;
  audience?: string;
  /** The file that says what the policies of `@policy` ask of a token. */
  policies?: string;
  /** The tag of the only elements that clients see. */
  contract?: string;
  /** What becomes of an operation that asks for more than its caller may have; by default mutations are refused. */
  unauthorized?: 'filter' | 'reject';
  /** Whether clients may ask for the schema; by default unless NODE_ENV is production. */
  introspection?: boolean;
  requestTimeoutMs?: number;
  subgraphTimeoutMs?: number;
  /** Requests being answered at once. */
  maxInFlight?: number;
  /** The Redis in which gateways of the same graph have their cache in common. */
  redisUrl?: string;
  /** What one operation may cost. */
  maxCost?: number;
  /** Where lines go; by default JSON on standard output. */
  log?: Logger;
}

type Setting = Exclude<keyof ChorusOptions, 'supergraphSdl' | 'log'>;

/** What each option is called where a gateway is a process of its own. */
const SETTINGS: Record<Setting, string> = {
  supergraph: '--supergraph',
  subgraphs: '--subgraph',
  forwardHeaders: '--forward-header',
  jwks: '--jwks',
  issuer: '--issuer',
  audience: '--audience',
  policies: '--policies',
  contract: '--contract',
  unauthorized: '--unauthorized',
  introspection: '--introspection',
  requestTimeoutMs: 'REQUEST_TIMEOUT_MS',
  subgraphTimeoutMs: 'SUBGRAPH_TIMEOUT_MS',
  maxInFlight: 'MAX_IN_FLIGHT',
  maxCost: 'MAX_COST',
  redisUrl: 'REDIS_URL',
};
const OPTIONS = new Map(Object.entries(SETTINGS).map(([option, setting]) => [setting, option]));

/** The same settings, with the same checks, as those of a process. @throws ConfigError naming the option */
export function configOf({ supergraphSdl, ...options }: Omit<ChorusOptions, 'log'>): GatewayConfig {
  if ((options.supergraph === undefined) === (supergraphSdl === undefined)) {
    throw new ConfigError('Give either supergraph, which is a file, or supergraphSdl.');
  }
  const production = process.env['NODE_ENV'] === 'production';
  const given = { supergraph: '', introspection: !production, ...withoutUndefined(options) };
  // Where the server listens, and to whom, is up to whoever runs Apollo Server.
  const args = ['--allow-public'];
  const variables: Record<string, string> = production ? { NODE_ENV: 'production' } : {};
  for (const [option, value] of Object.entries(given)) {
    const setting = settingOf(option);
    if (value === true) args.push(setting);
    else if (value === false) args.push(setting.replace('--', '--no-'));
    else if (setting.startsWith('--')) args.push(...textsOf(value).map((text) => `${setting}=${text}`));
    else variables[setting] = String(value);
  }
  try {
    return readConfig(args, variables);
  } catch (failure) {
    throw namingOptions(failure);
  }
}

/** A name that nobody reads may have been meant to protect something. */
function settingOf(option: string): string {
  if (Object.hasOwn(SETTINGS, option)) return SETTINGS[option as Setting];
  throw new ConfigError(`There is no option ${option}.`);
}

const withoutUndefined = (options: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.entries(value).map(([name, text]) => `${name}=${String(text)}`);
}

/** The same failure, naming options where a process would name flags and variables. */
export function namingOptions(failure: unknown): unknown {
  if (!(failure instanceof ConfigError)) return failure;
  const message = failure.message.replaceAll(/--[a-z-]+|[A-Z_]+/g, (name) => OPTIONS.get(name) ?? name);
  return new ConfigError(message);
}
