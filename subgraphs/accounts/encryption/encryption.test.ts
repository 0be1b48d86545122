import { randomBytes } from 'node:crypto';
import { Database } from '@chorus/db/database.ts';
import { withConnection } from '@chorus/db/one-connection.ts';
import { newId } from '@chorus/shared/id.ts';
import { clonedDatabases } from '@chorus/tests/harness/databases.ts';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { sql } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { features } from '../features.ts';
import { testServices } from '../testing.ts';
import { abandonLostKeys } from './abandon.ts';
import { dataKeys, type About } from './data-keys.ts';
import { installationSecret } from './installation-secret.ts';
import { masterKeys } from './key-management.ts';
import { requireOwnKeys } from './own-keys.ts';
import { resealAll } from './reseal.ts';
import { rewrapKeys } from './rewrap.ts';

const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DP';
const about = (owner: string = newId()): About => ({ purpose: 'totp-seed', owner });

async function database() {
  const services = testServices(await makeSigningKey());
  const { database: app, worker, urls } = await inProcess('accounts', features, services);
  return {
    db: app.statements(null),
    worker: worker.statements(null),
    workerDatabase: worker,
    owner: urls.owner,
  };
}

test('a sealed text opens for its own purpose and owner only, and only unchanged', async () => {
  const { db } = await database();
  const keys = dataKeys(masterKeys([randomBytes(32)]));
  const [mine, theirs] = [about(), about()];
  const sealed = await keys.seal(db, mine, SEED);
  expect(sealed).not.toContain('JBSWY3DP');
  expect(await keys.open(db, mine, sealed)).toBe(SEED);
  await expect(keys.open(db, theirs, sealed)).rejects.toThrow('authenticate');
  await expect(keys.open(db, { ...mine, purpose: 'mail' }, sealed)).rejects.toThrow('authenticate');
  const [id, iv, tag, content] = sealed.split('.');
  const cut = [id, iv, tag?.slice(0, 6), content].join('.');
  await expect(keys.open(db, mine, cut)).rejects.toThrow('tag');
  await expect(keys.open(db, mine, [newId(), iv, tag, content].join('.'))).rejects.toThrow('unknown key');
});

test('another master key opens nothing', async () => {
  const { db } = await database();
  const whose = about();
  const sealed = await dataKeys(masterKeys([randomBytes(32)])).seal(db, whose, SEED);
  await expect(dataKeys(masterKeys([randomBytes(32)])).open(db, whose, sealed)).rejects.toThrow(
    'unknown key',
  );
});

test('what was sealed before a rotation of the data key or of the master key still opens', async () => {
  const { db } = await database();
  const [first, second] = [randomBytes(32), randomBytes(32)];
  const whose = about();
  const keys = dataKeys(masterKeys([first]));
  const before = await keys.seal(db, whose, SEED);
  await keys.rotate(db);
  const after = await keys.seal(db, whose, SEED);
  expect(after.split('.')[0]).not.toBe(before.split('.')[0]);

  const rotated = dataKeys(masterKeys([second, first]));
  for (const sealed of [before, after]) expect(await rotated.open(db, whose, sealed)).toBe(SEED);
});

test('processes that start together agree on the installation’s secret', async () => {
  const { db } = await database();
  const management = masterKeys([randomBytes(32)]);
  const secrets = await Promise.all(Array.from({ length: 8 }, () => installationSecret(db, management)));
  const [settled] = [await installationSecret(db, management)];
  expect(new Set(secrets.map((secret) => secret.toString('hex')))).toEqual(
    new Set([settled?.toString('hex')]),
  );
});

test('after both rotations everything that lasts is sealed with the new keys, and the old master key opens nothing', async () => {
  const { db, worker, workerDatabase, owner } = await database();
  const [first, second] = [randomBytes(32), randomBytes(32)];
  const keys = dataKeys(masterKeys([first]));
  const person = newId();
  await worker.execute(sql`
    insert into person (id, email, name, password_hash) values (${person}, ${`${person}@people.test`}, 'x', 'x')`);
  const sealed = await keys.seal(db, about(person), SEED);
  await worker.execute(sql`insert into totp_factor (person_id, seed) values (${person}, ${sealed})`);
  await resealAll(workerDatabase, keys);
  const [row] = await worker.execute<{ seed: string }>(
    sql`select seed from totp_factor where person_id = ${person}`,
  );
  const resealed = row?.seed ?? '';
  expect(resealed.split('.')[0]).not.toBe(sealed.split('.')[0]);

  await withConnection(owner, (connection) => rewrapKeys(connection, masterKeys([second, first])));
  expect(await dataKeys(masterKeys([second])).open(db, about(person), resealed)).toBe(SEED);
  await expect(dataKeys(masterKeys([first])).open(db, about(person), resealed)).rejects.toThrow(
    'unknown key',
  );
});

test('beside keys of another master key nothing begins anew, until they are given up with what only they opened', async () => {
  const { accounts } = await clonedDatabases(`abandon_${newId().slice(-6)}`);
  const own = new Database(accounts.worker, { max: 2 });
  onTestFinished(() => own.end());
  const db = own.statements(null);
  const [lost, next] = [masterKeys([randomBytes(32)]), masterKeys([randomBytes(32)])];
  await requireOwnKeys(db, next);
  const person = newId();
  await db.execute(sql`
    insert into person (id, email, name, password_hash) values (${person}, ${`${person}@people.test`}, 'x', 'x')`);
  const sealed = await dataKeys(lost).seal(db, about(person), SEED);
  await db.execute(sql`insert into totp_factor (person_id, seed) values (${person}, ${sealed})`);
  await requireOwnKeys(db, lost);
  await expect(requireOwnKeys(db, next)).rejects.toThrow('CHORUS_MASTER_KEY');
  expect(await withConnection(accounts.owner, (connection) => abandonLostKeys(connection, next))).toBe(1);
  await requireOwnKeys(db, next);
  expect([...(await db.execute(sql`select from totp_factor`))]).toEqual([]);
});

test('nobody reads a key from the database, changes one, or puts one back', async () => {
  const { db, worker } = await database();
  const master = randomBytes(32);
  await dataKeys(masterKeys([master])).seal(db, about(), SEED);
  const rows = await worker.execute(sql`select * from data_key`);
  expect(JSON.stringify([...rows])).not.toContain(master.toString('base64url'));
  for (const statement of [sql`delete from data_key`, sql`update data_key set wrapped = 'x'`]) {
    const refused = { cause: { message: 'permission denied for table data_key' } };
    await expect(db.execute(statement)).rejects.toMatchObject(refused);
    await expect(worker.execute(statement)).rejects.toMatchObject(refused);
  }
});
