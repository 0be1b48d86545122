import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@chorus/shared/log.ts';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { assemble } from '../../gateway/assembly.ts';
import { readConfig } from '../../gateway/config.ts';
import type { Incoming, Pipeline } from '../../gateway/request.ts';
import { percentile, table } from './table.ts';

const FIELDS = Array.from({ length: 200 }, (_, index) => `f${index}`);
const QUERY = `{ item { ${FIELDS.join(' ')} } }`;
const ROUNDS = 24;
const A_ROUND = 150;

/** A supergraph of one subgraph with one type of 200 fields, each with the directives `guard` gives it. */
const supergraph = (url: string, guard: (field: string) => string) => `
schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY) { query: Query }
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
directive @requiresScopes(scopes: [[requiresScopes__Scope!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean, overrideLabel: String) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
scalar join__FieldSet
scalar requiresScopes__Scope
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
enum join__Graph { ONE @join__graph(name: "one", url: "${url}") }
type Query @join__type(graph: ONE) { item: Item }
type Item @join__type(graph: ONE) { ${FIELDS.map((name) => `${name}: String ${guard(name)}`).join(' ')} }
`;

/** A subgraph of its own process, so that this one's CPU time is the gateway's alone. */
async function startSubgraph() {
  const answer = JSON.stringify({ data: { item: Object.fromEntries(FIELDS.map((name) => [name, name])) } });
  const script = `const body = Buffer.from(${JSON.stringify(answer)});
    require('node:http').createServer((request, response) => request.resume().on('end', () =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)))
      .listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: `http://127.0.0.1:${String(port).trim()}/`, stop: () => child.kill() };
}

async function tokenWith(folder: string, scopes: readonly string[]) {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const file = join(folder, 'jwks.json');
  writeFileSync(
    file,
    JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'EdDSA' }] }),
  );
  const token = await new SignJWT({ sub: 's', scope: scopes.join(' ') })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
    .setExpirationTime('1h')
    .sign(privateKey);
  return { file, token };
}

/** One request through all stages, without the sockets of a front door. */
function asking(pipeline: Pipeline, token: string) {
  const body = JSON.stringify({ query: QUERY });
  return async (): Promise<void> => {
    const incoming: Incoming = {
      id: '',
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      address: '127.0.0.1',
      scheme: 'http',
      accept: 'application/json',
      introspection: false,
      deadline: Date.now() + 30_000,
      signal: new AbortController().signal,
      body: () => Promise.resolve(body),
      cookies: [],
    };
    const answer = await pipeline(incoming);
    const { data, errors } = answer.body as { data?: { item: object }; errors?: unknown };
    if (errors !== undefined || data?.item === undefined)
      throw new Error(JSON.stringify(answer.body).slice(0, 300));
  };
}

async function cpuOf(call: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < A_ROUND; index += 1) await call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / A_ROUND;
}

interface Line {
  name: string;
  guard: (field: string) => string;
  scopes: number;
}

const KINDS: readonly Line[] = [
  { name: 'unprotected', guard: () => '', scopes: 0 },
  {
    name: 'protected, 5 rules',
    guard: (name) => `@requiresScopes(scopes: [["s${Number(name.slice(1)) % 5}"]])`,
    scopes: 5,
  },
  {
    name: 'protected, 200 rules',
    guard: (name) => `@requiresScopes(scopes: [["s${name.slice(1)}"]])`,
    scopes: 200,
  },
];

/** What enforcing rules costs a request: all 200 fields protected and allowed, against the same without rules. */
export async function run(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'chorus-bench-'));
  const subgraph = await startSubgraph();
  const scopes = FIELDS.map((name) => `s${name.slice(1)}`);
  const { file, token } = await tokenWith(folder, scopes);
  const assemblies = [];
  try {
    for (const { name, guard } of KINDS) {
      const supergraphFile = join(folder, `${name}.graphql`);
      writeFileSync(supergraphFile, supergraph(subgraph.url, guard));
      const config = readConfig(['--supergraph', supergraphFile, '--jwks', file], {});
      const assembly = await assemble(config, createLog('bench', 'silent'), () => {
        throw new Error('no bus here');
      });
      assemblies.push({ name, assembly, call: asking(assembly.pipeline, token), cpu: [] as number[] });
    }
    for (const { call } of assemblies) await cpuOf(call);
    for (let round = 0; round < ROUNDS; round += 1)
      for (const line of round % 2 === 0 ? assemblies : assemblies.toReversed())
        line.cpu.push(await cpuOf(line.call));
    const base = assemblies[0]?.cpu ?? [];
    return table([
      ['200 fields', 'CPU us a request (median)', 'ratio to unprotected (median of rounds)'],
      ...assemblies.map(({ name, cpu }) => [
        name,
        percentile(cpu, 0.5).toFixed(0),
        percentile(
          cpu.map((value, round) => value / (base[round] ?? Number.NaN)),
          0.5,
        ).toFixed(3),
      ]),
    ]);
  } finally {
    for (const { assembly } of assemblies) for (const { stop } of assembly.parts.toReversed()) await stop();
    subgraph.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
