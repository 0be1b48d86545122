import { newId } from '@chorus/shared/id.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { Database } from './database.ts';
import { idempotentAnswer } from './idempotency.table.ts';
import { once } from './idempotency.ts';

async function money() {
  const urls = await workerDatabase('billing');
  const database = new Database(urls.app, { max: 8 });
  onTestFinished(() => database.end());
  const tenantId = newId();
  let effects = 0;
  const pay = (
    key: string | null,
    input: object = { amount: 1n },
    { tenant = tenantId, before = () => Promise.resolve() } = {},
  ) =>
    database.transaction(tenant, (db) =>
      once({ db, tenantId: tenant }, { key, operation: 'pay', input }, async () => {
        await before();
        effects += 1;
        return { effect: effects, at: new Date('2026-01-01T00:00:00Z'), paid: [10n, null, 'x'] };
      }),
    );
  return { database, tenantId, pay, effects: () => effects };
}

test('the same key and input give the first answer, with nothing lost of it', async () => {
  const { pay, effects } = await money();
  const first = await pay('k', { amount: 1n, to: 'a', note: undefined });
  expect(await pay('k', { to: 'a', amount: 1n })).toEqual(first);
  expect(first).toEqual({ effect: 1, at: new Date('2026-01-01T00:00:00Z'), paid: [10n, null, 'x'] });
  expect(effects()).toBe(1);
});

test('the same key with other input is refused, also when it differs in kind only', async () => {
  const { pay, effects } = await money();
  await pay('k', { amount: 1n });
  for (const input of [{ amount: 2n }, { amount: '1' }, { amount: 1 }, {}])
    await expect(pay('k', input)).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  expect(effects()).toBe(1);
});

test('the key itself is not part of the input', async () => {
  const { pay } = await money();
  const first = await pay('k', { amount: 1n, idempotencyKey: 'k' });
  expect(await pay('k', { amount: 1n })).toEqual(first);
});

test('a key is its tenant’s, and without one each call is its own', async () => {
  const { pay, effects } = await money();
  await pay('k');
  await pay('k', undefined, { tenant: newId() });
  await pay(null);
  await pay(null);
  expect(effects()).toBe(4);
});

test('a twin that is under way is a conflict, and afterwards it has the answer', async () => {
  const { pay } = await money();
  const [begun, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const before = () => {
    begun.resolve();
    return go.promise;
  };
  const first = pay('k', undefined, { before });
  await begun.promise;
  await expect(pay('k')).rejects.toMatchObject({ code: 'CONFLICT' });
  go.resolve();
  const answer = await first;
  expect(await pay('k')).toEqual(answer);
});

test('what failed is not kept: it can be tried again', async () => {
  const { pay, effects } = await money();
  await expect(pay('k', undefined, { before: () => Promise.reject(new Error('no')) })).rejects.toThrow('no');
  expect((await pay('k')).effect).toBe(1);
  expect(effects()).toBe(1);
});

test('fifty at once have one effect', async () => {
  const { pay, effects } = await money();
  const answers = await Promise.allSettled(Array.from({ length: 50 }, () => pay('k')));
  const codes = answers.map((answer) =>
    answer.status === 'fulfilled' ? 'answered' : (answer.reason as { code: string }).code,
  );
  expect(codes.filter((code) => code !== 'answered' && code !== 'CONFLICT')).toEqual([]);
  expect(codes).toContain('answered');
  expect(effects()).toBe(1);
});

test('after a day a key is free again, and nothing older is kept', async () => {
  const { pay, database, tenantId, effects } = await money();
  await pay('k');
  await pay('other');
  const db = database.statements(tenantId);
  const own = eq(idempotentAnswer.tenantId, tenantId);
  await db
    .update(idempotentAnswer)
    .set({ at: new Date(Date.now() - 86_400_001) })
    .where(own);
  await pay('k', { amount: 2n });
  expect(effects()).toBe(3);
  expect((await db.select().from(idempotentAnswer).where(own)).map(({ key }) => key)).toEqual(['k']);
});

test.each(['', 'x'.repeat(256), 'a\0b'])('a key that cannot be is refused', async (key) => {
  const { pay, effects } = await money();
  await expect(pay(key)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  expect(effects()).toBe(0);
});
