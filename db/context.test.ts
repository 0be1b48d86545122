import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packedRulesOf, type PackedRules } from '@chorus/shared/ability.ts';
import { ANONYMOUS } from '@chorus/shared/identity.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { Context, inTenant, transactionOf } from './context.ts';
import { Database, type Scope } from './database.ts';
import { migrate } from './migrate.ts';
import { withConnection } from './one-connection.ts';
import { outbox } from './outbox.table.ts';

const note = pgTable('note', { tenantId: uuid('tenant_id').notNull(), text: text().notNull() });

const statements: string[] = [];
let database: Database;
let owner = '';

beforeAll(async () => {
  const urls = await workerDatabase('billing');
  owner = urls.owner;
  await withConnection(owner, (connection) =>
    connection.unsafe('create table if not exists note (tenant_id uuid not null, text text not null)'),
  );
  await migrate('billing', owner);
  database = new Database(urls.app, {
    max: 4,
    maxWaiting: 2_000,
    onStatement: (line) => statements.push(line),
  });
});

afterAll(() => database.end());

const contextOf = (tenantId: string, rules: PackedRules = []) =>
  new Context(
    database,
    {
      identity: { ...ANONYMOUS, kind: 'member', tenantId, rules },
      requestId: randomUUID(),
      setHeader: () => undefined,
    },
    undefined,
  );

const notes = ({ db }: Pick<Scope, 'db'>) => db.select().from(note);

test('a statement sees the rows of its tenant only, and without a tenant none', async () => {
  const [mine, theirs] = [randomUUID(), randomUUID()];
  await contextOf(mine).db.insert(note).values({ tenantId: mine, text: 'mine' });
  await contextOf(theirs).db.insert(note).values({ tenantId: theirs, text: 'theirs' });

  expect(await notes(contextOf(mine))).toEqual([{ tenantId: mine, text: 'mine' }]);
  expect(await notes({ db: database.statements(null) })).toEqual([]);
});

test('a row of another tenant cannot be written', async () => {
  const insert = contextOf(randomUUID()).db.insert(note).values({ tenantId: randomUUID(), text: 'smuggled' });
  await expect(insert).rejects.toMatchObject({ cause: { code: '42501' } });
});

test('a thousand statements of many tenants at once never mix', async () => {
  const tenants = Array.from({ length: 20 }, () => randomUUID());
  await Promise.all(
    tenants.map((tenantId) => contextOf(tenantId).db.insert(note).values({ tenantId, text: tenantId })),
  );
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, async (_, index) => {
      const tenantId = tenants[index % tenants.length] ?? '';
      return { tenantId, rows: await notes(contextOf(tenantId)) };
    }),
  );
  expect(answers.filter(({ tenantId, rows }) => rows.length !== 1 || rows[0]?.text !== tenantId)).toEqual([]);
});

const transactionIds = async ({ db }: Scope, ids: readonly string[]) => {
  const [row] = await db.execute<{ id: string }>(sql`select pg_current_xact_id()::text as id`);
  return new Map(ids.map((id) => [id, row?.id]));
};
const sameAgain: typeof transactionIds = (scope, ids) => transactionIds(scope, ids);

test('all loads of one tick are one statement per batch function and one transaction together', async () => {
  const ctx = contextOf(randomUUID());
  statements.length = 0;
  const loaded = await Promise.all([
    ...Array.from({ length: 50 }, (_, id) => ctx.load(transactionIds, String(id))),
    ...Array.from({ length: 50 }, (_, id) => ctx.load(sameAgain, String(id))),
  ]);
  expect(statements).toHaveLength(2);
  expect(new Set(loaded).size).toBe(1);
});

test('an id that has no row loads as undefined', async () => {
  const none = () => Promise.resolve(new Map<string, string>());
  expect(await contextOf(randomUUID()).load(none, 'missing')).toBeUndefined();
});

test('a failing load fails the loads of its tick and leaves the connections usable', async () => {
  const ctx = contextOf(randomUUID());
  const broken = async ({ db }: Scope) => {
    await db.execute(sql`select 1 / 0`);
    return new Map<string, string>();
  };
  const results = await Promise.allSettled([ctx.load(broken, 'a'), ctx.load(transactionIds, 'b')]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(ctx.load(sameAgain, 'c')).resolves.toBeDefined();
});

test('what rules leave out is refused, and noted once as denied', () => {
  const tenantId = randomUUID();
  const deny = { effect: 'deny', permission: 'mentions.read', fields: ['text'] } as const;
  const rules = packedRulesOf(tenantId, [{ effect: 'allow', permission: 'mentions.read' }, deny], {});
  const ctx = contextOf(tenantId, rules);
  ctx.require('mentions.read');
  ctx.requireField('mentions.read', { tenantId }, 'url');
  expect(() => ctx.requireField('mentions.read', { tenantId }, 'text')).toThrow('not allowed');
  expect(() => ctx.requireUnlimited('mentions.read')).toThrow('not allowed');
  expect(ctx.denied).toMatchObject([{ denials: [{ permission: 'mentions.read', reason: 'forbidden' }] }]);
});

test('a transaction that throws writes nothing, not even to the outbox', async () => {
  const tenantId = randomUUID();
  const work = transactionOf(database, tenantId, async (transaction) => {
    await transaction.db.insert(note).values({ tenantId, text: 'half' });
    await transaction.emit('note.written', {});
    throw new Error('stop');
  });
  await expect(work).rejects.toThrow('stop');
  expect(await notes(contextOf(tenantId))).toEqual([]);
  expect(await contextOf(tenantId).db.select().from(outbox)).toEqual([]);
});

test('a committed transaction leaves its event in the outbox', async () => {
  const ctx = contextOf(randomUUID());
  await ctx.transaction((transaction) => transaction.emit('note.written', { text: 'ü' }));
  expect(await ctx.db.select().from(outbox)).toMatchObject([{ type: 'note.written', data: { text: 'ü' } }]);
});

test('inside a transaction ctx.db and another transaction are refused, and loads are forgotten afterwards', async () => {
  const ctx = contextOf(randomUUID());
  const before = await ctx.load(transactionIds, 'id');
  await ctx.transaction(async () => {
    expect(() => ctx.db).toThrow('ctx.db used inside');
    await expect(ctx.transaction(() => Promise.resolve())).rejects.toThrow('not nested');
  });
  expect(await ctx.load(transactionIds, 'id')).not.toBe(before);
});

test('a full pool refuses within its deadline instead of holding the request', async () => {
  const { app } = await workerDatabase('billing');
  const small = new Database(app, { max: 1, acquireMs: 50, maxWaiting: 1 });
  const release = Promise.withResolvers<void>();
  const holding = small.transaction(null, () => release.promise);
  const ask = () => small.statements(null).execute(sql`select 1`);
  const answers = await Promise.allSettled([ask(), ask()]);
  expect(answers).toMatchObject([
    { reason: { cause: { code: 'OVERLOADED' } } },
    { reason: { cause: { code: 'OVERLOADED' } } },
  ]);
  release.resolve();
  await holding;
  await expect(ask()).resolves.toBeDefined();
  await small.end();
});

test('a statement that runs too long is ended by its deadline', async () => {
  const { app } = await workerDatabase('billing');
  const impatient = new Database(app, { max: 1, statementMs: 100 });
  await expect(impatient.statements(null).execute(sql`select pg_sleep(5)`)).rejects.toMatchObject({
    cause: { code: '57014' },
  });
  await impatient.end();
});

test('a transaction that goes on in another tenant writes there only, and is undone as one', async () => {
  const [first, second] = [randomUUID(), randomUUID()];
  const write = (fails: boolean) =>
    transactionOf(database, first, async (here) => {
      await here.db.insert(note).values({ tenantId: first, text: 'first' });
      const there = await inTenant(here, second);
      await there.db.insert(note).values({ tenantId: second, text: 'second' });
      await there.emit('noted', {});
      if (fails) throw new Error('undone');
      return notes(there);
    });
  await expect(write(true)).rejects.toThrow('undone');
  expect(await notes(contextOf(first))).toEqual([]);
  expect(await write(false)).toEqual([{ tenantId: second, text: 'second' }]);
  expect(await notes(contextOf(first))).toEqual([{ tenantId: first, text: 'first' }]);
  const emitted = await contextOf(second).db.select({ type: outbox.type }).from(outbox);
  expect(emitted).toEqual([{ type: 'noted' }]);
});
