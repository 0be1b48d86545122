import type { AccessDenied } from '@chorus/shared/access-denied.ts';
import { expect, test } from 'vitest';
import { productGateway } from '../testing-product.ts';
import { subgraph } from '../testing.ts';

const MANY = Array.from({ length: 30 }, (_, index) => `many${index}`);
const SDL = `
  extend schema
    @link(url: "https://specs.chorus.dev/chorus/v1.0", import: ["@mfa", "@feature"])
    @composeDirective(name: "@mfa") @composeDirective(name: "@feature")
  directive @mfa(maxAge: Int) on FIELD_DEFINITION
  directive @feature(flag: String!, mode: String = "hide") on FIELD_DEFINITION
  type Query {
    open: Item
    invoices: Int @requiresScopes(scopes: [["billing.read", "billing.manage"]])
    log: Int @requiresScopes(scopes: [["audit.read"]])
    dear: Int @feature(flag: "gold", mode: "upsell")
    mine: Int @authenticated
    ${MANY.map((name) => `${name}: Int @mfa(maxAge: 60)`).join(' ')}
  }
  type Item { log: Int @requiresScopes(scopes: [["audit.read"]]) }
  type Mutation {
    manage: Int @requiresScopes(scopes: [["roles.manage"]]) @mfa(maxAge: 900)
    renew: Int @authenticated @mfa(maxAge: 900)
  }`;

const answers = () => Promise.resolve(1);

/** A gateway over guarded fields, and what it tells the audit log once it stops. */
async function guarded() {
  const over = [
    await subgraph('shop', SDL, {
      Query: { open: () => ({ log: 1 }), invoices: answers, log: answers, dear: answers, mine: answers },
      Mutation: { manage: answers, renew: answers },
    }),
  ];
  const product = await productGateway({ over });
  const told = async () => {
    await product.gateway.stop();
    return product.bus.appended
      .filter(({ event }) => event.type === 'access.denied')
      .map(({ event: { tenantId, data } }) => ({ tenantId, ...(data as AccessDenied) }));
  };
  return { ...product, told };
}

test('what a member was denied is one event a request, each permission once, with who and from where', async () => {
  const { bob, as, token, told, tenantId } = await guarded();
  await as(await token(bob), '{ mine log open { log } again: log invoices }');
  await as(await token(bob), 'mutation { manage }');
  const common = {
    tenantId,
    actor: { kind: 'member', id: bob },
    origin: {
      requestId: expect.any(String) as unknown,
      clientAddress: '127.0.0.1',
      userAgent: expect.any(String) as unknown,
    },
  };
  expect(await told()).toEqual([
    {
      ...common,
      denials: [
        { field: 'Query.log', permission: 'audit.read', reason: 'forbidden' },
        { field: 'Query.invoices', permission: 'billing.read', reason: 'forbidden' },
      ],
    },
    {
      ...common,
      denials: [{ field: 'Mutation.manage', permission: 'roles.manage', reason: 'forbidden' }],
    },
  ]);
});

test('a missing second factor is told apart, with what it was wanted for; keys have none', async () => {
  const { ann, as, token, apiKey, told } = await guarded();
  await as(await token(ann), 'mutation { manage renew }');
  const { id, key } = apiKey();
  await as(key, 'mutation { renew }');
  expect(await told()).toMatchObject([
    {
      actor: { kind: 'member', id: ann },
      denials: [
        { field: 'Mutation.manage', permission: 'roles.manage', reason: 'mfa-required' },
        { field: 'Mutation.renew', reason: 'mfa-required' },
      ],
    },
    { actor: { kind: 'key', id }, denials: [{ field: 'Mutation.renew', reason: 'forbidden' }] },
  ]);
});

test('who is nobody, what a plan lacks, what was left out and what was granted is not told', async () => {
  const { ann, bob, as, token, gateway, told } = await guarded();
  await gateway.ask('{ log mine }');
  await as(await token(ann), '{ dear mine log invoices }');
  await as(await token(bob), '{ mine log @include(if: false) open @skip(if: true) { log } }');
  expect(await told()).toEqual([]);
});

test('one request tells twenty denials at most', async () => {
  const { bob, as, token, told } = await guarded();
  await as(await token(bob), `{ mine ${MANY.join(' ')} }`);
  const [event] = await told();
  expect(event?.denials).toHaveLength(20);
});

test('a flood of one caller is told five times a second, and the rest as one with their number', async () => {
  const { ann, bob, as, token, told } = await guarded();
  const [flooding, other] = [await token(bob), await token(ann)];
  await Promise.all([
    ...Array.from({ length: 50 }, () => as(flooding, '{ log }')),
    as(other, 'mutation { manage }'),
  ]);
  const all = await told();
  const mine = all.filter(({ actor }) => actor.id === bob);
  expect(mine.reduce((sum, { more = 0 }) => sum + 1 + more, 0)).toBe(50);
  expect(mine.length).toBeLessThan(50 / 2);
  expect(all.filter(({ actor }) => actor.id === ann)).toHaveLength(1);
});
