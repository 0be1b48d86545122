import { newId } from '@chorus/shared/id.ts';
import { memberRecordKind } from '@chorus/shared/records.ts';
import { expect, test } from 'vitest';
import { productGateway } from '../testing-product.ts';
import { subgraph } from '../testing.ts';
import { CHORUS } from './testing-shop.ts';

const SDL = `${CHORUS}
  type Query {
    price: Int @fieldCache(maxAge: 600, scope: "PRICE_BOOK")
    bill: Int @fieldCache(maxAge: 600)
  }
  type Mutation { buy: Int }`;

/** A subgraph whose every answer is another number, and members of tenants with their plans. */
async function shop() {
  let made = 0;
  const next = () => (made += 1);
  const resolvers = { Query: { price: next, bill: next }, Mutation: { buy: next } };
  const product = await productGateway({ over: [await subgraph('shop', SDL, resolvers)] });
  const { bus, record, token, as } = product;
  const plan = (tenantId: string, name: string) =>
    bus.put('billing', tenantId, { plan: name, seats: 5, entitlements: [] });
  const member = async (name: string) => {
    const [tenantId, subject] = [newId(), newId()];
    bus.put('accounts', tenantId, record);
    const held = { active: true, seatType: 'full', roles: [{ role: 'owner' }], groups: [] };
    bus.put(memberRecordKind(subject), tenantId, held);
    plan(tenantId, name);
    const credential = await token(subject, { tid: tenantId });
    const ask = async (query: string): Promise<unknown> => (await as(credential, query)).body.data;
    return { tenantId, ask };
  };
  return { ...product, member, plan };
}

test('what depends on prices only is fetched once for all tenants with the same, and again for others', async () => {
  const { member } = await shop();
  const [one, other, third] = [await member('starter'), await member('starter'), await member('business')];
  expect(await one.ask('{ price }')).toEqual({ price: 1 });
  expect(await other.ask('{ price }')).toEqual({ price: 1 });
  expect(await other.ask('{ dear: price }')).toEqual({ dear: 1 });
  expect(await third.ask('{ price }')).toEqual({ price: 2 });
});

test('what stands beside prices and is a tenant’s own stays so', async () => {
  const { member } = await shop();
  const [one, other] = [await member('starter'), await member('starter')];
  await one.ask('{ price bill }');
  const { price, bill } = (await other.ask('{ price bill }')) as Record<string, number>;
  expect([price, bill]).toEqual([1, 3]);
});

test('a tenant that changes its plan has other prices with the next request', async () => {
  const { member, plan } = await shop();
  const one = await member('starter');
  await one.ask('{ price }');
  plan(one.tenantId, 'business');
  expect(await one.ask('{ price }')).toEqual({ price: 2 });
  plan(one.tenantId, 'starter');
  expect(await one.ask('{ price }')).toEqual({ price: 1 });
});

test('what a tenant buys changes nothing of the prices of all', async () => {
  const { member } = await shop();
  const [one, other] = [await member('starter'), await member('starter')];
  await one.ask('{ price }');
  await one.ask('mutation { buy }');
  expect([await one.ask('{ price }'), await other.ask('{ price }')]).toEqual([{ price: 1 }, { price: 1 }]);
});

test('who is of no tenant shares prices with nobody', async () => {
  const { member, gateway } = await shop();
  const one = await member('starter');
  await one.ask('{ price }');
  expect((await gateway.ask('{ price }')).body.data).toEqual({ price: 2 });
});
