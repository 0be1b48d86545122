import { GLOBAL } from '@chorus/shared/event-bus.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { productGateway } from '../testing-product.ts';

const billing = { plan: 'starter', planVersion: 2, seats: 5, entitlements: [], currency: 'EUR' };
const book = { revision: 4, since: 0, coming: [] as number[], subjects: ['group:airlines', 'role:viewer'] };

test('prices of a group, a role and a contract are in the chain of whoever has them, with the next request', async () => {
  const { ann, bob, as, token, bus, tenantId, record, putMember, seen } = await productGateway();
  const [one, two] = [await token(ann), await token(bob)];
  bus.put('billing', tenantId, billing);
  putMember(ann, ['owner']);
  putMember(bob, ['viewer']);
  await as(one);
  bus.put('price-book', GLOBAL, book);
  await as(one);
  await as(two);
  bus.put('accounts', tenantId, { ...record, customerGroup: 'airlines' });
  bus.put('billing', tenantId, { ...billing, contract: { revision: 9, since: 0, coming: [] } });
  await as(one);
  expect(seen.map(({ priceChain }) => priceChain)).toEqual([
    ['plan:starter@2', 'default', 'currency:EUR', 'book:0.0.0'],
    ['plan:starter@2', 'default', 'currency:EUR', 'book:4.0.0'],
    ['role:viewer', 'plan:starter@2', 'default', 'currency:EUR', 'book:4.0.0'],
    [`contract:${tenantId}`, 'group:airlines', 'plan:starter@2', 'default', 'currency:EUR', 'book:4.9.0'],
  ]);
});

test('a role of the tenant that is called like a locked one does not have its prices', async () => {
  const { bob, as, token, bus, tenantId, record, putMember, seen } = await productGateway();
  bus.put('billing', tenantId, billing);
  bus.put('price-book', GLOBAL, book);
  bus.put('accounts', tenantId, { ...record, roles: { own: { name: 'viewer', grants: [] } } });
  putMember(bob, ['own']);
  await as(await token(bob));
  expect(seen[0]?.priceChain[0]).toBe('plan:starter@2');
});

test('the chain changes at the moment a price begins, although no record does', async () => {
  const { ann, as, token, bus, tenantId, seen } = await productGateway();
  const begins = Math.floor(Date.now() / 1000) + 600;
  bus.put('billing', tenantId, billing);
  bus.put('price-book', GLOBAL, { ...book, coming: [begins] });
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const credential = await token(ann);
  await as(credential);
  vi.setSystemTime(begins * 1000 - 1);
  await as(await token(ann));
  vi.setSystemTime(begins * 1000);
  await as(await token(ann));
  expect(seen.map(({ priceChain }) => priceChain.at(-1))).toEqual([
    'book:4.0.0',
    'book:4.0.0',
    `book:4.0.${begins}`,
  ]);
});
