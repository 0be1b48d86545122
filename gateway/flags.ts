import { parseArgs } from 'node:util';
import { ConfigError } from '@chorus/shared/config.ts';

/** The command line as it was typed, checked for form. */
export interface Flags {
  supergraph: string | undefined;
  listen: { host: string | undefined; port: number } | undefined;
  internalListen: { host: string | undefined; port: number } | undefined;
  /** Subgraph addresses by name. */
  subgraphs: ReadonlyMap<string, string>;
  forwardHeaders: readonly string[];
  allowPublic: boolean;
  jwks: string | undefined;
  issuer: string | undefined;
  audience: string | undefined;
  policies: string | undefined;
  contract: string | undefined;
  unauthorized: 'filter' | 'reject' | undefined;
  introspection: boolean | undefined;
}

const OPTIONS = {
  supergraph: { type: 'string' },
  listen: { type: 'string' },
  'internal-listen': { type: 'string' },
  subgraph: { type: 'string', multiple: true },
  'forward-header': { type: 'string', multiple: true },
  'allow-public': { type: 'boolean' },
  jwks: { type: 'string' },
  issuer: { type: 'string' },
  audience: { type: 'string' },
  policies: { type: 'string' },
  contract: { type: 'string' },
  unauthorized: { type: 'string' },
  introspection: { type: 'boolean' },
} as const;

const HEADER_NAME = /^[a-z0-9][a-z0-9-]*$/;
/** Headers that describe one connection or message, which the next one cannot share. */
const OWN_HEADERS = new Set(
  (
    'accept accept-encoding connection content-encoding content-length content-type expect host keep-alive te ' +
    'trailer transfer-encoding upgrade'
  ).split(' '),
);

/** @throws ConfigError naming the flag that is wrong */
export function readFlags(args: readonly string[]): Flags {
  const values = parse(args);
  return {
    supergraph: values.supergraph,
    listen: addressOf('--listen', values.listen),
    internalListen: addressOf('--internal-listen', values['internal-listen']),
    subgraphs: new Map((values.subgraph ?? []).map(subgraphOf)),
    forwardHeaders: (values['forward-header'] ?? []).map(headerOf),
    allowPublic: values['allow-public'] ?? false,
    jwks: values.jwks,
    issuer: values.issuer,
    audience: values.audience,
    policies: values.policies,
    contract: tagOf(values.contract),
    unauthorized: unauthorizedOf(values.unauthorized),
    introspection: values.introspection,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false, allowNegative: true })
      .values;
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split(/\. |\n/)[0] ?? '') : '';
    throw new ConfigError(`The command line is wrong: ${reason.replace(/\.$/, '')}.`);
  }
}

/** `127.0.0.1:4000`, `[::1]:4000` or `:4000`. */
function addressOf(flag: string, value: string | undefined) {
  if (value === undefined) return undefined;
  const [, host = '', digits = ''] = /^(\[[^\]]+\]|[^:]*):(\d{1,5})$/.exec(value) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535) {
    throw new ConfigError(`${flag} must look like 127.0.0.1:4000 or :4000, not "${value}".`);
  }
  return { host: host.replaceAll(/[[\]]/g, '') || undefined, port };
}

function subgraphOf(value: string): [string, string] {
  const [, name, url] = /^([^=]+)=(.+)$/.exec(value) ?? [];
  if (name === undefined || url === undefined) {
    throw new ConfigError(`--subgraph must look like NAME=URL, not "${value}".`);
  }
  return [name, url];
}

function headerOf(value: string): string {
  const name = value.toLowerCase();
  if (!HEADER_NAME.test(name) || OWN_HEADERS.has(name))
    throw new ConfigError(`--forward-header must name a header that can be passed on, not "${value}".`);
  return name;
}

function tagOf(value: string | undefined): string | undefined {
  if (value?.trim() !== '') return value;
  throw new ConfigError('--contract must be the name of a tag.');
}

function unauthorizedOf(value: string | undefined): Flags['unauthorized'] {
  if (value === undefined || value === 'filter' || value === 'reject') return value;
  throw new ConfigError(`--unauthorized must be filter or reject, not "${value}".`);
}
