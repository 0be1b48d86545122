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
