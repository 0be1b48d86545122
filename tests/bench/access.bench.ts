import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@chorus/shared/log.ts';
import { ANONYMOUS } from '@chorus/shared/identity.ts';
import { Kind, parse } from 'graphql';
import { compileAccess, ENFORCED } from '../../gateway/access/access.ts';
import { judge } from '../../gateway/access/operation.ts';
import { assemble } from '../../gateway/assembly.ts';
import { readConfig } from '../../gateway/config.ts';
import type { Rights } from '../../gateway/caller.ts';
import type { Incoming, Pipeline } from '../../gateway/request.ts';
import { prepareSupergraph } from '../../gateway/supergraph/prepare.ts';
import { FIELDS, issuer, QUERY, startSubgraph, supergraph } from './protected.ts';
import { micros, percentile, table } from './table.ts';

const ROUNDS = 24;
const A_ROUND = 150;

/** One request through all stages, without the sockets of a front door. */
function asking(pipeline: Pipeline, token: string) {
  return async (): Promise<void> => {
    const incoming: Incoming = {
      id: '',
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      address: '127.0.0.1',
      scheme: 'http',
      accept: 'application/json',
      introspection: false,
      contract: undefined,
      deadline: Date.now() + 30_000,
      signal: new AbortController().signal,
      read: () => Promise.resolve({ query: QUERY }),
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

/** The decision alone, once an operation is prepared: every demand asked, the variant found. */
function decisionMs(text: string, scopes: readonly string[]): number[] {
  const tables = compileAccess(prepareSupergraph(text, ENFORCED));
  const document = parse(QUERY, { noLocation: true });
  const [definition] = document.definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('not an operation');
  const operation = { document, operation: definition, queryHash: 'q', name: undefined };
  const rights: Rights = {
    identity: { ...ANONYMOUS, kind: 'member' },
    key: '',
    audience: '',
    prices: undefined,
    quota: undefined,
    self: undefined,
    until: Infinity,
    scopes: new Set(scopes),
    policy: () => false,
    feature: () => false,
    decision: () => undefined,
    upgrade: () => undefined,
    introspection: false,
    confirmed: () => true,
  };
  return Array.from({ length: 20_000 }, () => {
    const began = performance.now();
    const asked = { mutation: false, variables: {} };
    tables.variant(operation, judge(tables.of(operation), tables.rules, tables.decide, rights, asked));
    return performance.now() - began;
  });
}

function decisions(text: string, scopes: readonly string[]): string[] {
  const allowed = decisionMs(text, scopes);
  const denied = decisionMs(text, scopes.slice(scopes.length / 2));
  return [percentile(allowed, 0.5), percentile(allowed, 0.99), percentile(denied, 0.5)].map(micros);
}

/** What enforcing rules costs a request: all 200 fields protected and allowed, against the same without rules. */
export async function run(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'chorus-bench-'));
  const subgraph = await startSubgraph();
  const scopes = FIELDS.map((name) => `s${name.slice(1)}`);
  const { file, token: tokenWith } = await issuer(folder);
  const token = await tokenWith('somebody', scopes);
  const assemblies = [];
  try {
    for (const { name, guard } of KINDS) {
      const supergraphFile = join(folder, `${name}.graphql`);
      writeFileSync(supergraphFile, supergraph(subgraph.url, guard));
      const config = readConfig(['--supergraph', supergraphFile, '--jwks', file], {});
      const assembly = await assemble(config, createLog('bench', 'silent'), () => {
        throw new Error('no bus here');
      });
      assemblies.push({ name, guard, assembly, call: asking(assembly.pipeline, token), cpu: [] as number[] });
    }
    for (const { call } of assemblies) await cpuOf(call);
    for (let round = 0; round < ROUNDS; round += 1)
      for (const line of round % 2 === 0 ? assemblies : assemblies.toReversed())
        line.cpu.push(await cpuOf(line.call));
    const base = assemblies[0]?.cpu ?? [];
    return table([
      [
        '200 fields',
        'CPU us a request (median)',
        'ratio to unprotected (median of rounds)',
        'decision p50',
        'decision p99',
        'half denied p50',
      ],
      ...assemblies.map(({ name, guard, cpu }) => [
        name,
        percentile(cpu, 0.5).toFixed(0),
        percentile(
          cpu.map((value, round) => value / (base[round] ?? Number.NaN)),
          0.5,
        ).toFixed(3),
        ...decisions(supergraph(subgraph.url, guard), scopes),
      ]),
    ]);
  } finally {
    for (const { assembly } of assemblies) for (const { stop } of assembly.parts.toReversed()) await stop();
    subgraph.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
