import { newId } from '@chorus/shared/id.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { expect, test } from 'vitest';
import { features } from '../features.ts';

const billing = () => inProcess('billing', features, undefined);

const plans = '{ plans { id key name description price { amount currency minorUnits } } }';

const entities = `query ($plans: [_Any!]!) { _entities(representations: $plans) { ... on Plan { key } } }`;

const representation = (id: string) => ({ __typename: 'Plan', id });

test('the plans come smallest first, with their exact monthly price', async () => {
  const { as } = await billing();
  const { data } = await as()(plans);
  expect(data.plans).toMatchObject([
    { key: 'free', name: 'Free', price: { amount: '0.00', currency: 'EUR', minorUnits: '0' } },
    { key: 'starter', name: 'Starter', price: { amount: '49.00', currency: 'EUR', minorUnits: '4900' } },
    { key: 'business', name: 'Business', price: { amount: '499.00', currency: 'EUR', minorUnits: '49900' } },
  ]);
});

test('plans are found by id in one statement, and an unknown id finds none', async () => {
  const { as, statements } = await billing();
  const { data } = await as()(plans);
  const ids: string[] = data.plans.map(({ id }: { id: string }) => id);
  statements.length = 0;

  const answer = await as()(entities, { plans: [...ids, newId(), 'no-id-at-all'].map(representation) });
  expect(answer).toMatchObject({
    data: { _entities: [{ key: 'free' }, { key: 'starter' }, { key: 'business' }, null, null] },
    errors: [],
  });
  expect(statements).toHaveLength(1);
});

test('without billing.read the plans are forbidden', async () => {
  const { as } = await billing();
  const { data } = await as()(plans);
  const ask = as({ permissions: ['tenant.read'] });
  expect(await ask(plans)).toMatchObject({ data: { plans: null }, errors: ['plans: FORBIDDEN'] });
  expect(await ask(entities, { plans: [representation(data.plans[0].id)] })).toMatchObject({
    data: { _entities: [null] },
    errors: ['_entities.0: FORBIDDEN'],
  });
});

test('nobody who has not signed in sees the plans', async () => {
  const { as } = await billing();
  expect((await as({ anonymous: true })(plans)).errors).toEqual(['plans: UNAUTHENTICATED']);
});

test('a request cannot change the catalogue', async () => {
  const { database } = await billing();
  const change = database.statements(newId()).execute('update plan set sort = 0');
  await expect(change).rejects.toMatchObject({ cause: { code: '42501' } });
});
