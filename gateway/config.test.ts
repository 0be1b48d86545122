import { ConfigError } from '@chorus/shared/config.ts';
import { expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { temporaryFile } from './testing.ts';

const ALONE = ['--supergraph', 's.graphql'];
const PRODUCTION = [...ALONE, '--allow-public'];
const PRODUCT = { EVENTS_DATABASE_URL: 'postgres://u:p@h:5432/events', CHORUS_GATEWAY_KEYS: '/keys.json' };

function refusal(args: readonly string[], env: Record<string, string> = {}): string {
  try {
    readConfig(args, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

test('standalone mode needs the file and nothing else', () => {
  expect(readConfig(ALONE, {})).toMatchObject({
    mode: { kind: 'standalone', tokens: undefined },
    introspection: true,
    host: '127.0.0.1',
    port: 4000,
    internalPort: { port: 4100, required: false },
    requestTimeoutMs: 30_000,
    subgraphTimeoutMs: 10_000,
  });
});

test.each([
  [{ NODE_ENV: 'production' }, 'NODE_ENV'],
  [{ EVENTS_DATABASE_URL: 'postgres://h/e' }, 'EVENTS_DATABASE_URL'],
  [{ ACCOUNTS_DATABASE_URL: 'postgres://h/a' }, 'ACCOUNTS_DATABASE_URL'],
  [{ CHORUS_MASTER_KEY: 'k' }, 'CHORUS_MASTER_KEY'],
  [{ CHORUS_GATEWAY_JWKS: 'k' }, 'CHORUS_GATEWAY_JWKS'],
  [{ HOST: '0.0.0.0' }, '--listen'],
])('standalone mode refuses %j unless it is told to be public', (env, name) => {
  expect(refusal(ALONE, env)).toContain(name);
  expect(refusal([...ALONE, '--allow-public'], env)).toBe('accepted');
});

test('standalone mode listens on this machine only', () => {
  expect(refusal([...ALONE, '--listen', '0.0.0.0:4000'])).toContain('--listen must be a loopback address');
  expect(refusal([...ALONE, '--listen', '[::]:4000'])).toContain('loopback');
  for (const listen of ['127.0.0.1:4000', '[::1]:4000', 'localhost:4000', ':4000']) {
    expect(refusal([...ALONE, '--listen', listen])).toBe('accepted');
  }
});

test('the internal port moves along with --listen unless it has its own', () => {
  const port = (args: string[], env = {}) => readConfig([...ALONE, ...args], env).internalPort.port;
  expect(port(['--listen', ':5000'])).toBe(5100);
  expect(port(['--listen', ':5000', '--internal-listen', ':7000'])).toBe(7000);
  expect(port(['--listen', ':65500'])).toBe(0);
  expect(port([], { PORT: '6000' })).toBe(6100);
  expect(port([], { PORT: '6000', INTERNAL_PORT: '7000' })).toBe(7000);
});

test.each<[string[], Record<string, string>, string]>([
  [[], {}, 'EVENTS_DATABASE_URL'],
  [[], { EVENTS_DATABASE_URL: 'mysql://h' }, 'EVENTS_DATABASE_URL'],
  [[], { EVENTS_DATABASE_URL: 'postgres://h/e' }, 'CHORUS_GATEWAY_KEYS'],
  [[], { ...PRODUCT, CHORUS_API_KEY_PEPPER: 'short' }, 'CHORUS_API_KEY_PEPPER'],
  [[], { ...PRODUCT, NODE_ENV: 'production', CHORUS_DEMO_FILE: 'd' }, 'CHORUS_DEMO_FILE'],
  [['--jwks', 'x'], PRODUCT, '--jwks needs --supergraph'],
  [['--issuer', 'x'], PRODUCT, '--issuer needs --supergraph'],
  [['--audience', 'x'], PRODUCT, '--audience needs --supergraph'],
  [['--policies', 'x'], PRODUCT, '--policies needs --supergraph'],
  [['--contract', 'x'], PRODUCT, '--contract needs --supergraph'],
  [['--no-introspection'], PRODUCT, '--introspection needs --supergraph'],
  [['--contract', ' ', ...ALONE], {}, '--contract'],
  [['--unauthorized', 'refuse', ...ALONE], {}, '--unauthorized'],
  [['--unauthorized', 'refuse'], PRODUCT, '--unauthorized'],
  [['--policies', ...ALONE], {}, '--policies'],
  [ALONE, { SUPERGRAPH_FILE: 's.graphql' }, 'SUPERGRAPH_FILE'],
  [['--issuer', 'x', ...ALONE], {}, '--issuer'],
  [['--audience', 'x', ...ALONE], {}, '--audience'],
  [['--listen', '4000', ...ALONE], {}, '--listen'],
  [['--listen', ':70000', ...ALONE], {}, '--listen'],
  [['--internal-listen', 'x', ...ALONE], {}, '--internal-listen'],
  [['--subgraph', 'x', ...ALONE], {}, '--subgraph'],
  [['--forward-header', 'a b', ...ALONE], {}, '--forward-header'],
  [['--forward-header', 'Content-Length', ...ALONE], {}, '--forward-header'],
  [['--nonsense', ...ALONE], {}, '--nonsense'],
  [['--supergraph'], {}, '--supergraph'],
  [['extra', ...ALONE], {}, 'extra'],
  [ALONE, { PORT: 'x' }, 'PORT'],
  [ALONE, { REQUEST_TIMEOUT_MS: '1' }, 'REQUEST_TIMEOUT_MS'],
  [ALONE, { SUBGRAPH_TIMEOUT_MS: 'x' }, 'SUBGRAPH_TIMEOUT_MS'],
  [ALONE, { MAX_IN_FLIGHT: '0' }, 'MAX_IN_FLIGHT'],
  [ALONE, { MAX_COST: '0' }, 'MAX_COST'],
  [ALONE, { REDIS_URL: 'p@h:6379' }, 'REDIS_URL'],
  [ALONE, { REDIS_URL: 'http://u:p@h:6379' }, 'REDIS_URL'],
  [ALONE, { REDIS_URL: 'redis://u:p@h/name' }, 'REDIS_URL'],
  [ALONE, { REDIS_URL: 'redis://u:%p@h/0' }, 'REDIS_URL'],
  [PRODUCTION, { REDIS_URL: 'redis://u:p@h:6379/0', NODE_ENV: 'production' }, 'REDIS_URL must use rediss:'],
  [ALONE, { REDIS_URL: 'redis://h', REDIS_TIMEOUT_MS: '0' }, 'REDIS_TIMEOUT_MS'],
  [ALONE, { CHORUS_INTERNAL_TOKEN: 'fifteen letters' }, 'CHORUS_INTERNAL_TOKEN'],
  [ALONE, { CORS_ORIGINS: '*' }, 'CORS_ORIGINS'],
  [ALONE, { CORS_ORIGINS: 'https://a.example/' }, 'CORS_ORIGINS'],
  [ALONE, { TRUSTED_PROXIES: 'x' }, 'TRUSTED_PROXIES'],
  [ALONE, { TLS_CERT: 'x' }, 'TLS_KEY'],
  [ALONE, { TLS_KEY: 'x' }, 'TLS_CERT'],
  [ALONE, { TLS_CERT: '/nope', TLS_KEY: '/nope' }, 'TLS_CERT'],
])('%j with %j is refused with one sentence naming %s', (args, env, name) => {
  const sentence = refusal(args, env);
  expect(sentence).toContain(name);
  expect(sentence).toMatch(/^[^\n]+\.$/);
  expect(sentence).not.toContain('p@h');
});

test('subgraph addresses come from the environment in the product and from flags anywhere', () => {
  const env = { ...PRODUCT, MENTIONS_URL: 'unix:/m.sock' };
  const { subgraphs } = readConfig(['--subgraph', 'billing=http://127.0.0.1:9/'], env);
  expect(Object.fromEntries(subgraphs)).toEqual({
    mentions: { url: 'unix:/m.sock', setting: 'MENTIONS_URL' },
    billing: { url: 'http://127.0.0.1:9/', setting: '--subgraph billing' },
  });
  expect(readConfig(ALONE, { MENTIONS_URL: 'x' }).subgraphs.size).toBe(0);
});

test('the product serves its own supergraph unless it is told of another file', () => {
  expect(readConfig([], PRODUCT).supergraphFile).toMatch(/gateway\/supergraph\.graphql$/);
  const env = { ...PRODUCT, SUPERGRAPH_FILE: '/srv/s.graphql' };
  expect(readConfig([], env).supergraphFile).toBe('/srv/s.graphql');
});

test('policies and a contract belong to a supergraph served alone, what becomes of denials to any', () => {
  const { mode, unauthorized } = readConfig(ALONE, {});
  expect([mode, unauthorized]).toEqual([
    { kind: 'standalone', tokens: undefined, policies: undefined, contract: undefined },
    undefined,
  ]);
  const args = ['--policies', 'p.json', '--contract', 'partner', '--unauthorized', 'reject'];
  expect(readConfig([...ALONE, ...args], {})).toMatchObject({
    mode: { tokens: undefined, policies: 'p.json', contract: 'partner' },
    unauthorized: 'reject',
  });
  expect(readConfig(['--unauthorized', 'filter'], PRODUCT)).toMatchObject({
    mode: { kind: 'product' },
    unauthorized: 'filter',
  });
});

test('in production keys come over https or from this machine', () => {
  const from = (jwks: string) =>
    refusal([...ALONE, '--allow-public', '--jwks', jwks], { NODE_ENV: 'production' });
  expect(from('http://login.example.com/jwks.json')).toContain('--jwks must use https:');
  for (const jwks of [
    'https://login.example.com/k',
    'http://127.0.0.1/k',
    'http://[::1]:8080/k',
    'keys.json',
  ])
    expect(from(jwks)).toBe('accepted');
});

test.each([
  ['redis://127.0.0.1', 'production'],
  ['redis://user:word@[::1]:6380/2', 'production'],
  ['rediss://:w%25rd@redis.example.com', 'production'],
  ['redis://redis.example.com:6379/', 'development'],
])('gateways may meet at %s in %s', (url, NODE_ENV) => {
  expect(readConfig(PRODUCTION, { REDIS_URL: url, NODE_ENV }).redis).toMatchObject({ url, timeoutMs: 25 });
});

test('certificates are read from their files', () => {
  const file = temporaryFile('cert.pem', 'pem');
  expect(readConfig(ALONE, { TLS_CERT: file, TLS_KEY: file }).tls?.cert.toString()).toBe('pem');
});
