import type { NewEvent } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import { createLog } from '@chorus/shared/log.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { busEvents } from './bus-events.ts';

/** Events on the way to a bus that may be away; the clock stands still but when a test moves it. */
function telling() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const batches: NewEvent[][] = [];
  const bus = { away: false };
  const log = createLog('test', 'silent');
  const warned = vi.spyOn(log, 'warn');
  const append = (_source: string, events: readonly NewEvent[]) => {
    if (bus.away) return Promise.reject(new Error('away'));
    batches.push([...events]);
    return Promise.resolve();
  };
  const { tell, stop } = busEvents({ append }, log);
  const tellMany = (count: number) => {
    for (let n = 0; n < count; n += 1) tell({ type: 'test', tenantId: newId(), data: { n } });
  };
  const lost = () => warned.mock.calls.filter(([, message]) => message === 'events were lost');
  return { batches, bus, tellMany, stop, lost };
}

test('what is told within 200 ms arrives together, in order', async () => {
  const { batches, tellMany } = telling();
  tellMany(3);
  expect(batches).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  tellMany(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(batches.map((batch) => batch.map(({ data }) => data))).toEqual([
    [{ n: 0 }, { n: 1 }, { n: 2 }],
    [{ n: 0 }],
  ]);
});

test('a batch is a thousand events at most', async () => {
  const { batches, tellMany } = telling();
  tellMany(2_500);
  await vi.advanceTimersByTimeAsync(600);
  expect(batches.map(({ length }) => length)).toEqual([1_000, 1_000, 500]);
});

test('while the bus is away ten thousand events wait, and what is lost is counted', async () => {
  const { batches, bus, tellMany, lost } = telling();
  bus.away = true;
  tellMany(10_007);
  await vi.advanceTimersByTimeAsync(200);
  expect(lost()).toMatchObject([[{ dropped: 7 }, 'events were lost']]);
  bus.away = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(batches.flat()).toHaveLength(10_000);
  expect(new Set(batches.flat().map(({ id }) => id)).size).toBe(10_000);
});

test('stopping appends what is left, and does not wait for a bus that is away', async () => {
  const [there, away] = [telling(), telling()];
  there.tellMany(1_500);
  await there.stop();
  expect(there.batches.flat()).toHaveLength(1_500);
  away.bus.away = true;
  away.tellMany(5);
  await away.stop();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(away.batches).toEqual([]);
});
