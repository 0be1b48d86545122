import type { Apply } from '@chorus/db/consumer.ts';
import { transactionOf } from '@chorus/db/context.ts';
import { GLOBAL } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { flagEvents } from './flags.events.ts';
import { flagging } from '@chorus/tests/harness/flags.ts';

test('a flag that no schema names and that decided about nothing for 30 days is listed', async () => {
  const { staff, define, db, worker } = await flagging();
  const old = async () => {
    const key = await define();
    await db.execute(sql`update flag set created_at = now() - interval '31 days' where key = ${key}`);
    return key;
  };
  const [unused, named, evaluated, young] = [await old(), await old(), await old(), await define()];
  const tell = (type: string, flags: string[], time = new Date().toISOString()) =>
    transactionOf(worker, GLOBAL, async (transaction) => {
      const event = {
        source: 'gateway',
        sequence: 1,
        id: newId(),
        type,
        tenantId: GLOBAL,
        time,
        data: { flags },
      };
      await (flagEvents[type] as Apply)(transaction, event);
    });
  await tell('flag.named', [named, 'unknown_flag']);
  await tell('flag.evaluated', [evaluated]);
  const listed = async () => {
    const { data } = await staff('{ unusedFlags { key inSchema lastEvaluatedAt } }');
    const keys = (data.unusedFlags as { key: string }[]).map(({ key }) => key);
    return [unused, named, evaluated, young].filter((key) => keys.includes(key));
  };
  expect(await listed()).toEqual([unused]);
  await tell('flag.named', [unused]);
  expect(await listed()).toEqual([named]);
  await tell('flag.evaluated', [named], new Date(Date.now() - 29 * 86_400_000).toISOString());
  expect(await listed()).toEqual([]);
});

test('a frontend that asks for flags by key uses them, and one that asks for all does not', async () => {
  const { as, staff, define, db, tenantId, member } = await flagging();
  const [used, other] = [await define(), await define()];
  const { id: subject } = await member(tenantId);
  const ask = as({ tenantId, subject });
  await ask('{ featureFlags { key } }');
  const { data, errors } = await ask('query ($keys: [String!]) { featureFlags(keys: $keys) { key on } }', {
    keys: [used, 'never_was', used],
  });
  expect([data.featureFlags, errors]).toEqual([[{ key: used, on: false }], []]);
  const rows = await db.execute<{ key: string }>(sql`
    select key from flag where key in (${used}, ${other}) and last_evaluated_at > now() - interval '1 minute'`);
  expect([...rows].map(({ key }) => key)).toEqual([used]);
  const many = Array.from({ length: 51 }, (_, index) => `k${index}`);
  expect(
    (await ask('query ($keys: [String!]) { featureFlags(keys: $keys) { key } }', { keys: many })).errors,
  ).toEqual(['featureFlags: BAD_USER_INPUT']);
  expect((await staff('{ unusedFlags { key } }')).data.unusedFlags).not.toContainEqual({ key: used });
});
