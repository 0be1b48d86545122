import { randomBytes } from 'node:crypto';
import { signAccessToken, verifyAccessToken } from '@chorus/shared/access-token.ts';
import { GLOBAL, type BusRecord, type EventBus } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import { keySet, type SigningKey } from '@chorus/shared/keys.ts';
import { createLog } from '@chorus/shared/log.ts';
import type { JwksRecord } from '@chorus/shared/records.ts';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { Database } from '@chorus/db/database.ts';
import { sql } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { dataKeys } from '../encryption/data-keys.ts';
import { masterKeys } from '../encryption/key-management.ts';
import { features } from '../features.ts';
import { testServices } from '../testing.ts';
import { replaceTokenKeys, rotateTokenKeys } from './rotation.ts';
import { startTokenKeys } from './token-keys.ts';

const log = createLog('test', 'silent');

/** A store of its own behind an empty table, and what is published. */
async function accounts() {
  const { worker, urls } = await inProcess('accounts', features, testServices(await makeSigningKey()));
  const db = worker.statements(null);
  await db.execute(sql`delete from token_key`);
  const published: BusRecord[] = [];
  const putRecord = (record: BusRecord) => Promise.resolve(void published.push(record));
  const bus: Partial<EventBus> = { putRecord };
  const keys = dataKeys(masterKeys([randomBytes(32)]));
  /** What a process that starts now knows. */
  const start = async (own = keys, expendable = false) => {
    const database = new Database(urls.worker, { max: 1 });
    onTestFinished(() => database.end());
    const started = await startTokenKeys({ database, dataKeys: own, expendable }, bus as EventBus, log);
    await started.stop();
    return started;
  };
  const pass = (seconds: number) =>
    db.execute(sql`update token_key set signs_from = signs_from - make_interval(secs => ${seconds})`);
  return { start, pass, db, published, store: { database: worker, dataKeys: keys } };
}

const token = (key: SigningKey) =>
  signAccessToken(
    { sub: newId(), tid: newId(), sid: newId(), pv: 1, acr: 'aal1', amr: ['pwd'], auth_time: 1 },
    newId(),
    key,
  );

test('processes that start together sign with one key, and publish its public half only', async () => {
  const { start, published, db } = await accounts();
  const started = await Promise.all([start(), start(), start(), start()]);
  expect(new Set(started.map(({ signingKey }) => signingKey.kid)).size).toBe(1);
  expect(published[0]).toMatchObject({ kind: 'jwks', tenantId: GLOBAL });
  const { keys } = (published[0] as BusRecord).body as JwksRecord;
  expect(keys.map(({ kid }) => kid)).toEqual([started[0]?.signingKey.kid]);
  for (const key of keys) expect(key).not.toHaveProperty('d');
  const rows = await db.execute(sql`select * from token_key`);
  expect(JSON.stringify([...rows])).not.toContain('"d"');
});

test('after a month the next key is published first, signs a minute later, and the old one goes when its tokens have ended', async () => {
  const { start, pass } = await accounts();
  const first = await start();
  const old = await token(first.signingKey);
  await pass(30 * 24 * 3600);
  const announced = await start();
  expect(announced.signingKey.kid).toBe(first.signingKey.kid);
  expect(announced.signingKey.publicJwks.keys).toHaveLength(2);
  await pass(61);
  const next = await start();
  expect(next.signingKey.kid).not.toBe(first.signingKey.kid);
  await verifyAccessToken(old, next.keys);
  await verifyAccessToken(await token(next.signingKey), announced.keys);
  await pass(660);
  expect((await start()).signingKey.publicJwks.keys.map(({ kid }) => kid)).toEqual([next.signingKey.kid]);
});

test('a rotation asked for is announced as well, and signs nobody out', async () => {
  const { start, pass, store } = await accounts();
  const first = await start();
  await rotateTokenKeys(store);
  const before = await start();
  expect(before.signingKey.kid).toBe(first.signingKey.kid);
  await pass(61);
  const after = await start();
  expect(after.signingKey.kid).not.toBe(first.signingKey.kid);
  await verifyAccessToken(await token(first.signingKey), after.keys);
});

test('a key that may have leaked signs and proves nothing any more', async () => {
  const { start, store, published } = await accounts();
  const first = await start();
  const stolen = await token(first.signingKey);
  await replaceTokenKeys(store);
  const next = await start();
  await expect(verifyAccessToken(stolen, next.keys)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  const jwks = (published.at(-1) as BusRecord).body as JwksRecord;
  await verifyAccessToken(await token(next.signingKey), keySet(jwks));
});

test('keys of another master key stop the start, but where nothing depends on them they are replaced', async () => {
  const { start } = await accounts();
  const first = await start();
  const other = dataKeys(masterKeys([randomBytes(32)]));
  await expect(start(other)).rejects.toThrow('unknown key');
  expect((await start(other, true)).signingKey.kid).not.toBe(first.signingKey.kid);
});
