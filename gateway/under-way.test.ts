import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { UnderWay } from './under-way.ts';

interface Flight {
  key: number;
}

const [kind, other] = [{}, {}];
const keyed = (key: number) => (flight: Flight) => flight.key === key;

test('what is under way is found among its kind until it has ended', () => {
  const underWay = new UnderWay<Flight>();
  const flight = { key: 1 };
  underWay.add(kind, flight);
  expect(underWay.find(kind, keyed(1))).toBe(flight);
  expect(underWay.find(kind, keyed(2))).toBeUndefined();
  expect(underWay.find(other, keyed(1))).toBeUndefined();
  underWay.remove(kind, flight);
  expect(underWay.find(kind, keyed(1))).toBeUndefined();
});

test('of two that pass the later one is found, and ending one leaves the other', () => {
  const underWay = new UnderWay<Flight>();
  const [early, late] = [{ key: 1 }, { key: 1 }];
  underWay.add(kind, early);
  underWay.add(kind, late);
  expect(underWay.find(kind, keyed(1))).toBe(late);
  underWay.remove(kind, late);
  underWay.remove(kind, late);
  expect(underWay.find(kind, keyed(1))).toBe(early);
});

test('however much is under way, a look compares only the latest', () => {
  const underWay = new UnderWay<Flight>();
  for (let key = 0; key < 10_000; key += 1) underWay.add(kind, { key });
  let compared = 0;
  const found = underWay.find(kind, () => {
    compared += 1;
    return false;
  });
  expect([found, compared]).toEqual([undefined, 64]);
});

const MIB = 1024 * 1024;

test('what has ended is gone with the next collection of young objects', () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (options: { type: 'minor' }) => void;
  const oldBytes = () =>
    getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')?.space_used_size ?? 0;
  const underWay = new UnderWay<{ held: number[] }>();
  const flights: { held: number[] }[] = [];
  const before = oldBytes();
  for (let round = 0; round < 5_000; round += 1) {
    const flight = { held: Array.from({ length: 1_000 }, () => round + 0.5) };
    underWay.add(kind, flight);
    flights.push(flight);
    if (flights.length > 10) underWay.remove(kind, flights.shift() as { held: number[] });
    if (round % 100 === 0) gc({ type: 'minor' });
  }
  // Of the 38 MiB that were held in turn a Map in its place kept 16.
  expect((oldBytes() - before) / MIB).toBeLessThan(5);
});
