import { OPERATION_EXECUTED, OPERATIONS } from '@chorus/shared/operation-executed.ts';
import { expect, test, vi } from 'vitest';
import { productGateway } from '../testing-product.ts';

/** What the gateway told of operations, once it told of so many. */
async function told({ bus }: Awaited<ReturnType<typeof productGateway>>, count: number) {
  const executed = () => bus.appended.filter(({ source }) => source === OPERATIONS).map(({ event }) => event);
  await vi.waitFor(() => expect(executed()).toHaveLength(count), { timeout: 5_000 });
  return executed();
}

test('an operation is told with its tenant, caller, name, cost and what came of it', async () => {
  const product = await productGateway();
  const { as, token, apiKey, ann, tenantId } = product;
  await as(await token(ann), 'query Named { whoami }');
  const { id, key } = apiKey();
  await as(key, 'mutation { change }');
  const [named, changed] = await told(product, 2);
  const common = { status: 200, code: null, cached: false };
  expect(named).toMatchObject({
    type: OPERATION_EXECUTED,
    tenantId,
    data: {
      ...common,
      caller: 'member',
      subject: ann,
      operation: 'Named',
      cost: 0,
      queryHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      durationMs: expect.toSatisfy((ms: number) => ms >= 0 && ms < 20_000),
    },
  });
  expect(changed).toMatchObject({
    tenantId,
    data: { ...common, caller: 'key', subject: id, operation: null, cost: 10 },
  });
});

test('nobody is told of visitors, and of what was refused', async () => {
  const product = await productGateway();
  const { gateway, as, token, ann } = product;
  const member = await token(ann);
  await gateway.ask('{ whoami }');
  await as('no-credential');
  await as(member, '{ nothing }');
  await as(member, '{ whoami');
  await as(member, 'query Last { whoami }');
  expect(await told(product, 1)).toMatchObject([{ data: { operation: 'Last' } }]);
});

test('what a subgraph could not answer is told with its code', async () => {
  const product = await productGateway();
  const { accounts, as, token, ann } = product;
  await accounts.close();
  await as(await token(ann));
  expect(await told(product, 1)).toMatchObject([{ data: { status: 200, code: 'SUBGRAPH_UNAVAILABLE' } }]);
});
