import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FIELDS, issuer, QUERY, startSubgraph, supergraph } from './protected.ts';
import { percentile, table } from './table.ts';

const BITSETS = 10_000;
const ATTACKS_PER_S = 250;
const VICTIMS_PER_S = 50;
const GATEWAY = join(import.meta.dirname, '../../gateway/server.ts');

async function startGateway(file: string, jwks: string) {
  const args = [GATEWAY, '--supergraph', file, '--listen', '127.0.0.1:0', '--jwks', jwks];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += String(chunk);
      const found = /listening on (http:\S+\/graphql)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  return { url, stop: () => child.kill() };
}

/** Sends at a fixed rate whatever the answers do, and tells how late each was, counted from when it was due. */
async function sending(url: string, perS: number, count: number, tokenOf: (index: number) => string) {
  const late: number[] = [];
  const began = performance.now();
  const running: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    const due = began + (index * 1000) / perS;
    if (due > performance.now()) await pause(due - performance.now());
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${tokenOf(index)}` };
    const body = JSON.stringify({ query: QUERY });
    running.push(
      fetch(url, { method: 'POST', headers, body })
        .then((answer) => answer.arrayBuffer())
        .then(() => void late.push(performance.now() - due)),
    );
  }
  await Promise.all(running);
  return late;
}

/**
 * One client sends an operation of 200 protected fields with 10,000 different sets of scopes, so that each needs a
 * variant and a plan of its own; another goes on asking what it always asks. Compared with the same load of one set.
 */
export async function run(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'chorus-bench-'));
  const subgraph = await startSubgraph();
  const { file: jwks, token } = await issuer(folder);
  const file = join(folder, 'supergraph.graphql');
  writeFileSync(
    file,
    supergraph(subgraph.url, (name) => `@requiresScopes(scopes: [["s${name.slice(1)}"]])`),
  );
  const gateway = await startGateway(file, jwks);
  try {
    const all = FIELDS.map((name) => `s${name.slice(1)}`);
    const victim = await token('victim', all);
    const same = await token('attacker', all.slice(0, 100));
    const others = await Promise.all(
      Array.from({ length: BITSETS }, (_, index) =>
        token(
          'attacker',
          all.filter((_scope, bit) => ((index + 1) >> (bit % 14)) % 2 === 1),
        ),
      ),
    );
    const phase = async (name: string, tokenOf: (index: number) => string) => {
      const seconds = BITSETS / ATTACKS_PER_S;
      const [late] = await Promise.all([
        sending(gateway.url, VICTIMS_PER_S, VICTIMS_PER_S * seconds, () => victim),
        sending(gateway.url, ATTACKS_PER_S, BITSETS, tokenOf),
      ]);
      return { name, p50: percentile(late, 0.5), p99: percentile(late, 0.99) };
    };
    await sending(gateway.url, VICTIMS_PER_S, VICTIMS_PER_S * 5, () => victim);
    const before = await phase('10,000 times one set', () => same);
    const attack = await phase('10,000 different sets', (index) => others[index] ?? same);
    return table([
      [`attacker, ${ATTACKS_PER_S} requests/s`, 'other client p50 ms', 'p99 ms', 'p99 ratio'],
      ...[before, attack].map(({ name, p50, p99 }) => [
        name,
        p50.toFixed(2),
        p99.toFixed(2),
        (p99 / before.p99).toFixed(2),
      ]),
    ]);
  } finally {
    gateway.stop();
    subgraph.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
