import { transactionOf } from '@chorus/db/context.ts';
import { newId } from '@chorus/shared/id.ts';
import { createLog, type Logger } from '@chorus/shared/log.ts';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { sql } from 'drizzle-orm';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { dataKeys } from '../encryption/data-keys.ts';
import { masterKeys } from '../encryption/key-management.ts';
import { features } from '../features.ts';
import { given, testServices } from '../testing.ts';
import { queueMail, type Letter } from './mail.service.ts';
import { startMailer, type OutgoingMail } from './mailer.ts';

/** A process of its own that sends for ever and ever. */
const SENDER = join(import.meta.dirname, '../../../tests/harness/endless-mailer.ts');

const LETTER: Letter = { to: 'ana@people.test', subject: 'Hello', text: 'a secret link' };

async function accounts() {
  const masterKey = randomBytes(32);
  const services = { ...testServices(await makeSigningKey()), dataKeys: dataKeys(masterKeys([masterKey])) };
  const { database, worker, urls } = await inProcess('accounts', features, services);
  const { id: tenantId } = await given(worker, services).tenant();
  const db = worker.statements(null);
  await db.execute(sql`delete from mail`);
  const queue = (letter: Letter = LETTER) =>
    transactionOf(database, tenantId, (transaction) => queueMail(services, transaction, letter));
  const queued = async () => [...(await db.execute<{ attempts: number }>(sql`select attempts from mail`))];
  const sent: OutgoingMail[] = [];
  /** A mailer whose transport takes note of each mail, after doing `before`. */
  const mailer = async (before: (mail: OutgoingMail) => unknown = () => undefined, log?: Logger) => {
    const transport = {
      send: async (mail: OutgoingMail) => {
        await before(mail);
        sent.push(mail);
      },
    };
    const { dataKeys } = services;
    const options = { database: worker, dataKeys, transport, log: log ?? createLog('test', 'silent') };
    const { stop } = await startMailer(options);
    onTestFinished(stop);
    return stop;
  };
  const allDue = () => db.execute(sql`update mail set next_at = now()`);
  return { services, urls, masterKey, database, db, tenantId, queue, queued, sent, mailer, allDue };
}

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

test('a mail is sent once its cause is committed, and then it is kept nowhere', async () => {
  const { queue, queued, sent, mailer } = await accounts();
  await mailer();
  await queue();
  await until(async () => expect(await queued()).toEqual([]));
  expect(sent).toMatchObject([LETTER]);
});

test('a cause that is rolled back sends nothing', async () => {
  const { services, database, tenantId, queued } = await accounts();
  const undone = transactionOf(database, tenantId, async (transaction) => {
    await queueMail(services, transaction, LETTER);
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect(await queued()).toEqual([]);
});

test('nobody who serves requests can read the queue, and the queue holds nothing readable', async () => {
  const { database, db, tenantId, queue } = await accounts();
  await queue();
  const [row] = await db.execute(sql`select * from mail`);
  for (const text of ['ana', 'Hello', 'secret']) expect(JSON.stringify(row)).not.toContain(text);
  for (const statement of [
    sql`select from mail`,
    sql`delete from mail`,
    sql`insert into mail default values`,
  ])
    await expect(database.statements(tenantId).execute(statement)).rejects.toMatchObject({
      cause: { message: 'permission denied for table mail' },
    });
});

test('a mail to nobody is dropped unsent', async () => {
  const { queue, queued, sent, mailer } = await accounts();
  await queue({ ...LETTER, to: null });
  await mailer();
  await until(async () => expect(await queued()).toEqual([]));
  expect(sent).toEqual([]);
});

test('what could not be sent is tried again later, and the log says nothing of its content', async () => {
  const { queue, queued, sent, mailer, allDue } = await accounts();
  const told: unknown[] = [];
  const log = createLog('test', 'silent');
  Object.assign(log, { warn: (...said: unknown[]) => told.push(said) });
  let failures = 2;
  await mailer(({ to, text }) => {
    if (failures-- > 0) throw new Error(`${to} did not take ${text}`);
  }, log);
  await queue();
  await until(async () => expect(await queued()).toEqual([{ attempts: 1 }]));
  expect(sent).toEqual([]);
  await allDue();
  await until(async () => expect(await queued()).toEqual([{ attempts: 2 }]));
  await allDue();
  await until(async () => expect(await queued()).toEqual([]));
  expect(sent).toMatchObject([LETTER]);
  expect(told).toHaveLength(2);
  for (const text of ['ana', 'secret']) expect(JSON.stringify(told)).not.toContain(text);
});

test('after twenty tries a mail is given up', async () => {
  const { db, queue, queued, sent, mailer } = await accounts();
  await queue();
  await db.execute(sql`update mail set attempts = 19`);
  await mailer(() => {
    throw new Error('no');
  });
  await until(async () => expect(await queued()).toEqual([]));
  expect(sent).toEqual([]);
});

test('a mail whose sender is killed while it sends is sent by the next, under the same id', async () => {
  const { urls, masterKey, queue, queued, sent, mailer } = await accounts();
  await queue();
  const child = spawn(process.execPath, [SENDER, urls.worker, masterKey.toString('base64')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const id = String((await once(child.stdout, 'data'))[0]);
  await mailer();
  expect(await queued()).toEqual([{ attempts: 0 }]);
  child.kill('SIGKILL');
  await until(async () => expect(await queued()).toEqual([]));
  expect(sent).toMatchObject([{ ...LETTER, id }]);
});

test('mailers beside each other send each mail once', async () => {
  const { queue, queued, sent, mailer } = await accounts();
  await Promise.all(Array.from({ length: 30 }, (_, index) => queue({ ...LETTER, subject: `${index}` })));
  await Promise.all([mailer(), mailer()]);
  await until(async () => expect(await queued()).toEqual([]));
  expect(sent).toHaveLength(30);
  expect(new Set(sent.map(({ subject }) => subject)).size).toBe(30);
});

test.each(['ana@people.test\r\nBcc: eve@people.test', 'ana@people.test, eve@people.test', 'ana', newId()])(
  'nobody gets a mail by the address %j',
  async (to) => {
    const { queue, queued } = await accounts();
    await expect(queue({ ...LETTER, to })).rejects.toThrow('a mail needs an address');
    await expect(queue({ ...LETTER, subject: 'Hello\r\nBcc: eve@people.test' })).rejects.toThrow('one line');
    expect(await queued()).toEqual([]);
  },
);
