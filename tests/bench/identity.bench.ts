import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMongoAbility } from '@casl/ability';
import { jwtVerify } from 'jose';
import { signIn } from '@chorus/accounts/sessions/sign-in.service.ts';
import { given, PASSWORD, testServices } from '@chorus/accounts/testing.ts';
import { passwordMatches } from '@chorus/accounts/people/passwords.ts';
import { Context } from '@chorus/db/context.ts';
import { Database } from '@chorus/db/database.ts';
import { startEmbedded } from '@chorus/db/embedded.ts';
import { migrate } from '@chorus/db/migrate.ts';
import { ensureDatabases } from '@chorus/db/roles.ts';
import { abilityOf, allows, packedRulesFor, permittedFields, rowAllowed } from '@chorus/shared/ability.ts';
import { signAccessToken, verifyAccessToken } from '@chorus/shared/access-token.ts';
import { newId } from '@chorus/shared/id.ts';
import { ANONYMOUS, identityVerifier, signIdentity } from '@chorus/shared/identity.ts';
import { keySet } from '@chorus/shared/keys.ts';
import { ALL_PERMISSIONS } from '@chorus/shared/permissions.ts';
import { actionOf, subjectOf } from '@chorus/shared/subjects.ts';
import { makeSigningKey } from '../harness/keys.ts';
import { percentile, table } from './table.ts';

interface Measured {
  name: string;
  times: number;
  call: () => unknown;
  /** The line this one is compared with. */
  peer?: string;
}

/** What it costs to know who calls and what they may do: signing in, tokens, abilities. */
export async function run(): Promise<string> {
  const lines = [...(await signingIn()), ...(await tokens()), ...(await abilities())];
  return table([
    ['what', 'p50 us', 'p99 us', 'CPU us', 'ratio to peer'],
    ...lines.map(({ name, p50, p99, cpu, peer }) => {
      const other = lines.find((line) => line.name === peer);
      return [name, p50, p99, cpu, other === undefined ? '' : other.cpu / cpu].map((cell) =>
        typeof cell === 'number' ? cell.toFixed(2) : cell,
      );
    }),
  ]);
}

async function measured({ name, times, call, peer }: Measured) {
  for (let index = 0; index < times / 10; index += 1) await call();
  const samples: number[] = [];
  const before = process.cpuUsage();
  for (let index = 0; index < times; index += 1) {
    const start = performance.now();
    const result = call();
    if (result instanceof Promise) await result;
    samples.push((performance.now() - start) * 1000);
  }
  const { user, system } = process.cpuUsage(before);
  const [p50, p99] = [percentile(samples, 0.5), percentile(samples, 0.99)];
  return { name, p50, p99, cpu: (user + system) / times, peer };
}

const inOrder = async (candidates: readonly Measured[]) => {
  const results = [];
  for (const candidate of candidates) results.push(await measured(candidate));
  return results;
};

async function signingIn() {
  const dataDir = mkdtempSync(join(tmpdir(), 'chorus-bench-'));
  const server = await startEmbedded({ dataDir });
  const urls = await ensureDatabases(server.adminUrl, randomBytes(32));
  await migrate('accounts', urls.accounts.owner);
  const [database, worker] = [new Database(urls.accounts.app), new Database(urls.accounts.worker)];
  try {
    const services = testServices(await makeSigningKey());
    const { tenant, member } = given(worker, services);
    const { id, slug } = await tenant();
    const { email } = await member(id);
    const request = { identity: ANONYMOUS, requestId: newId(), setHeader: () => undefined };
    const attempt = (address: string, password: string) =>
      signIn(new Context(database, request, services), { email: address, password, tenant: slug });
    return await inOrder([
      { name: 'argon2id alone', times: 40, call: () => passwordMatches(PASSWORD, undefined) },
      { name: 'sign-in', times: 40, call: () => attempt(email, PASSWORD), peer: 'argon2id alone' },
      { name: 'sign-in of nobody', times: 40, call: () => attempt(`${newId()}@people.test`, PASSWORD) },
    ]);
  } finally {
    await Promise.all([database.end(), worker.end()]);
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function tokens() {
  const key = await makeSigningKey();
  const keys = keySet(key.publicJwks);
  const claims = { sub: newId(), tid: newId(), sid: newId(), pv: 1, acr: 'aal1', amr: ['pwd'], auth_time: 1 };
  const token = await signAccessToken(claims, newId(), key);
  const identity = { ...ANONYMOUS, rules: packedRulesFor(newId(), ALL_PERMISSIONS) };
  const signed = await signIdentity(identity, 'accounts', key);
  const verify = identityVerifier('accounts', keys);
  return inOrder([
    { name: 'jose jwtVerify', times: 2_000, call: () => jwtVerify(token, keys) },
    {
      name: 'access token verified',
      times: 2_000,
      call: () => verifyAccessToken(token, keys),
      peer: 'jose jwtVerify',
    },
    { name: 'identity signed', times: 2_000, call: () => signIdentity(identity, 'accounts', key) },
    { name: 'identity verified again', times: 20_000, call: () => verify(signed), peer: 'jose jwtVerify' },
  ]);
}

function abilities() {
  const tenantId = newId();
  const rules = packedRulesFor(tenantId, ALL_PERMISSIONS);
  const raw = ALL_PERMISSIONS.map((permission) => ({
    action: actionOf(permission),
    subject: subjectOf(permission),
    conditions: { tenantId },
  }));
  const ability = abilityOf(rules);
  const row = { tenantId, email: 'a@people.test' };
  const peer = 'ability of bare CASL';
  return inOrder([
    { name: peer, times: 5_000, call: () => createMongoAbility(raw).can('read', 'mentions') },
    {
      name: 'ability, checked and built',
      times: 5_000,
      call: () => allows(abilityOf(rules), 'mentions.read'),
      peer,
    },
    { name: 'permission asked', times: 100_000, call: () => allows(ability, 'mentions.read') },
    { name: 'row judged', times: 100_000, call: () => rowAllowed(ability, 'members.read', row) },
    { name: 'fields of a row', times: 20_000, call: () => permittedFields(ability, 'members.read', row) },
  ]);
}
