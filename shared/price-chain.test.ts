import { expect, test } from 'vitest';
import { priceChain, priceChainChangesAt, pricedBy, type Priced } from './price-chain.ts';

const someone: Priced = {
  tenantId: 't',
  customerGroup: 'airlines',
  roles: ['viewer', 'analyst'],
  seatType: 'full',
  billing: { plan: 'business', seats: 5, entitlements: [], planVersion: 2 },
  book: {
    revision: 7,
    since: 100,
    coming: [200, 300],
    subjects: ['group:airlines', 'role:analyst', 'role:viewer', 'seat:full', 'seat:light'],
  },
  nowS: 150,
};

test('a chain names the contract first, then group, roles, seat type, plan and catalogue', () => {
  const contract = { revision: 3, since: 120, coming: [] };
  expect(priceChain({ ...someone, billing: { plan: 'free', seats: 1, entitlements: [], contract } })).toEqual(
    [
      'contract:t',
      'group:airlines',
      'role:analyst',
      'role:viewer',
      'seat:full',
      'plan:free@1',
      'default',
      'currency:EUR',
      'book:7.3.120',
    ],
  );
});

test('callers of different tenants without prices of their own share a chain', () => {
  const book = { revision: 7, since: 0, coming: [], subjects: ['group:banks'] };
  const one = priceChain({ ...someone, book });
  expect(one).toEqual(['plan:business@2', 'default', 'currency:EUR', 'book:7.0.0']);
  expect(priceChain({ ...someone, book, tenantId: 'other', roles: ['owner'], seatType: 'light' })).toEqual(
    one,
  );
});

test('a chain is another one from the moment on at which a price begins or ends', () => {
  const bookAt = (nowS: number) => priceChain({ ...someone, nowS }).at(-1);
  expect([199, 200, 299, 300, 1000].map(bookAt)).toEqual([
    'book:7.0.100',
    'book:7.0.200',
    'book:7.0.200',
    'book:7.0.300',
    'book:7.0.300',
  ]);
  expect([150, 200, 300].map((nowS) => priceChainChangesAt({ ...someone, nowS }))).toEqual([
    200,
    300,
    Infinity,
  ]);
  const contract = { revision: 1, since: 0, coming: [160] };
  const billing = { plan: 'free', seats: 1, entitlements: [], contract };
  expect(priceChainChangesAt({ ...someone, billing })).toBe(160);
});

test('a tenant that billing does not know has no chain, and then the catalogue prices', () => {
  expect(priceChain({ ...someone, billing: undefined })).toEqual([]);
  expect(pricedBy([])).toEqual({ subjects: ['default'], currency: 'EUR', since: 0 });
});

test('what a chain says is read again', () => {
  expect(pricedBy(priceChain({ ...someone, nowS: 250 }))).toEqual({
    subjects: ['group:airlines', 'role:analyst', 'role:viewer', 'seat:full', 'plan:business@2', 'default'],
    currency: 'EUR',
    since: 200_000,
  });
});
