import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolve, type Candidate } from './resolution.ts';

const CHAIN = [
  'contract:t',
  'group:airlines',
  'role:analyst',
  'role:viewer',
  'seat:full',
  'plan:business@2',
  'default',
];
const at = new Date('2026-06-01T00:00:00Z');
const wanted = { item: 'seat', currency: 'EUR', quantity: 10n, at };

const price = (subject: string, other: Partial<Candidate> = {}): Candidate => ({
  id: subject,
  subject,
  item: 'seat',
  currency: 'EUR',
  unitsFrom: 0n,
  unitsTo: null,
  validFrom: new Date('2026-01-01T00:00:00Z'),
  validTo: null,
  model: { kind: 'STANDARD', unit: '1' },
  ...other,
});

test('the first of contract, group, role, seat type, plan version and catalogue that has a price decides', () => {
  for (const [index, subject] of CHAIN.entries()) {
    const { winner } = resolve(
      CHAIN.slice(index).map((name) => price(name)),
      CHAIN,
      wanted,
    );
    expect(winner?.subject).toBe(subject);
  }
});

test('the chain says of each step what it has, and why it is not the one', () => {
  const candidates = [
    price('contract:t', { validTo: at }),
    price('group:airlines', { currency: 'USD' }),
    price('role:analyst', { validFrom: new Date(at.getTime() + 1) }),
    price('seat:full', { unitsFrom: 11n }),
    price('plan:business@2'),
    price('default'),
  ];
  const { steps } = resolve(candidates, CHAIN, wanted);
  expect(steps.map(({ level, verdict }) => `${level} ${verdict}`)).toEqual([
    'CONTRACT ENDED',
    'GROUP OTHER_CURRENCY',
    'ROLE NOT_YET',
    'ROLE NONE',
    'SEAT_TYPE OTHER_QUANTITY',
    'PLAN_VERSION WINS',
    'DEFAULT OUTRANKED',
  ]);
});

test('a price is good from its first moment to just before its last, and for both ends of its units', () => {
  const limited = price('default', {
    validFrom: at,
    validTo: new Date(at.getTime() + 1000),
    unitsFrom: 5n,
    unitsTo: 10n,
  });
  const wins = (other: Partial<typeof wanted>) =>
    resolve([limited], ['default'], { ...wanted, ...other }).winner !== undefined;
  expect(
    [at.getTime() - 1, at.getTime(), at.getTime() + 999, at.getTime() + 1000].map((time) =>
      wins({ at: new Date(time) }),
    ),
  ).toEqual([false, true, true, false]);
  expect([4n, 5n, 10n, 11n].map((quantity) => wins({ quantity }))).toEqual([false, true, true, false]);
});

test('what is no subject of prices, such as the currency of a chain, is passed over', () => {
  expect(resolve([price('default')], ['currency:EUR', 'book:1', 'default'], wanted).steps).toHaveLength(1);
  expect(resolve([price('constructor')], ['constructor'], wanted).steps).toEqual([]);
});

test('the answer does not depend on the order in which prices are read', () => {
  const some = fc.array(
    fc.record({
      subject: fc.constantFrom(...CHAIN),
      id: fc.uuid(),
      validFrom: fc.date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true }),
      currency: fc.constantFrom('EUR', 'USD'),
    }),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(some, fc.infiniteStream(fc.nat()), (made, order) => {
      const candidates = made.map(({ subject, ...other }) => price(subject, other));
      const shuffled = candidates
        .map((candidate) => ({ candidate, key: order.next().value }))
        .toSorted((a, b) => (a.key ?? 0) - (b.key ?? 0))
        .map(({ candidate }) => candidate);
      expect(resolve(shuffled, CHAIN, wanted)).toEqual(resolve(candidates, CHAIN, wanted));
      const { steps, winner } = resolve(candidates, CHAIN, wanted);
      expect(steps.filter(({ verdict }) => verdict === 'WINS')).toHaveLength(winner === undefined ? 0 : 1);
    }),
    { numRuns: 300 },
  );
});
