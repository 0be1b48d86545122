import { GLOBAL } from '@chorus/shared/event-bus.ts';
import { flagsOfPlans } from '@chorus/shared/flags/testing.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { subgraph } from '../testing.ts';
import { productGateway } from '../testing-product.ts';

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.14", import: ["@authenticated", "@policy", "@composeDirective"])
  @link(url: "https://specs.chorus.dev/chorus/v1.0", import: ["@mfa", "@feature"])
  @composeDirective(name: "@mfa") @composeDirective(name: "@feature")
  directive @mfa(maxAge: Int) on FIELD_DEFINITION
  directive @feature(flag: String!, mode: String = "hide") on FIELD_DEFINITION | ENUM_VALUE | ARGUMENT_DEFINITION
  type Query {
    open: String
    guarded: String @mfa(maxAge: 60)
    has: String @feature(flag: "exports")
    lacks: String @feature(flag: "beta")
    offered: String @feature(flag: "gold", mode: "upsell")
    colour(of: Colour, deep: Boolean @feature(flag: "beta")): Colour
    people: String @policy(policies: [["person"]])
    seated: String @policy(policies: [["full_seat"]])
    nobody: String @policy(policies: [["moon_phase"]])
  }
  enum Colour { RED GOLD @feature(flag: "beta") }`;

async function shop() {
  const say = () => 'yes';
  const fields = ['open', 'guarded', 'has', 'lacks', 'offered', 'people', 'seated', 'nobody'];
  const resolvers = { ...Object.fromEntries(fields.map((name) => [name, say])), colour: () => 'RED' };
  const sub = await subgraph('shop', SDL, { Query: resolvers });
  const product = await productGateway({ over: [sub] });
  const { bus, tenantId } = product;
  const upgrades = { gold: 'business' };
  bus.put('flags', GLOBAL, flagsOfPlans(['exports', 'beta', 'gold']));
  bus.put('billing', tenantId, { plan: 'free', seats: 5, entitlements: ['exports'], upgrades });
  return { ...product, sub };
}

const nowS = () => Math.floor(Date.now() / 1000);
const codes = (body: { errors?: { extensions: Record<string, unknown> }[] }) =>
  body.errors?.map(({ extensions }) => extensions['code']);

test('a hidden field reads as one that never existed, and one the tenant has is there', async () => {
  const { as, token, ann, sub } = await shop();
  const credential = await token(ann);
  expect((await as(credential, '{ has }')).body).toEqual({ data: { has: 'yes' } });
  const told = async (query: string, name: string) => {
    const { status, text } = await as(credential, query);
    return { status, text: text.replaceAll(name, 'NAME') };
  };
  sub.received.length = 0;
  expect(await told('{ lacks }', 'lacks')).toEqual(await told('{ never }', 'never'));
  expect(await told('{ lacks never }', 'never')).toEqual(await told('{ lacks other }', 'other'));
  expect(await told('{ colour(of: GOLD) }', 'GOLD')).toEqual(await told('{ colour(of: PINK) }', 'PINK'));
  expect(await told('{ colour(deep: true) }', 'deep')).toEqual(await told('{ colour(dear: true) }', 'dear'));
  expect(sub.received).toEqual([]);
});

test('what a plan could have is offered with the plan that has it', async () => {
  const { as, token, ann } = await shop();
  expect((await as(await token(ann), '{ open offered }')).body).toEqual({
    data: { open: 'yes', offered: null },
    errors: [
      {
        message: 'This feature is switched off, or not part of your plan.',
        path: ['offered'],
        extensions: { feature: 'gold', plan: 'business', code: 'FEATURE_DISABLED' },
      },
    ],
  });
});

test('a step-up opens a field for as long as it says, and a key has none to show', async () => {
  const { as, token, ann, apiKey } = await shop();
  const challenged = await as(await token(ann, { mfa_at: nowS() - 61 }), '{ guarded }');
  expect(challenged.status).toBe(401);
  expect(challenged.headers.get('www-authenticate')).toBe(
    'Bearer error="insufficient_user_authentication", error_description="Confirm with your second factor to do this.", max_age=60',
  );
  expect(challenged.body.errors?.[0]?.extensions).toEqual({
    stepUp: { maxAge: 60, methods: ['totp', 'recovery-code'] },
    code: 'MFA_REQUIRED',
  });
  expect((await as(await token(ann, { mfa_at: nowS() - 50 }), '{ guarded }')).body.data).toEqual({
    guarded: 'yes',
  });
  const byKey = await as(apiKey().key, '{ guarded }');
  expect([byKey.status, codes(byKey.body)]).toEqual([200, ['FORBIDDEN']]);
});

test('while records are unconfirmed nobody’s second factor counts, and reads go on', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { as, token, ann, bus } = await shop();
  const credential = await token(ann, { mfa_at: nowS() });
  expect((await as(credential, '{ open guarded }')).body.errors).toBeUndefined();
  bus.reachable(false);
  vi.setSystemTime(Date.now() + 10_000);
  const { body } = await as(credential, '{ open guarded }');
  expect([body.data, codes(body)]).toEqual([{ open: 'yes', guarded: null }, ['SUBGRAPH_UNAVAILABLE']]);
});

test('policies are functions of who calls and what the records say; one nobody knows is never met', async () => {
  const { as, token, ann, apiKey, putMember } = await shop();
  const query = '{ people seated nobody }';
  expect((await as(await token(ann), query)).body.data).toEqual({
    people: 'yes',
    seated: 'yes',
    nobody: null,
  });
  expect((await as(apiKey().key, query)).body.data).toEqual({ people: null, seated: 'yes', nobody: null });
  putMember(ann, ['owner'], { seatType: 'guest' });
  expect((await as(await token(ann), query)).body.data).toEqual({
    people: 'yes',
    seated: null,
    nobody: null,
  });
});

test('introspection is for tenants that allow it, and shows what the caller may use', async () => {
  const { as, token, ann, bus, tenantId, record } = await shop();
  const query = '{ __type(name: "Query") { fields { name } } open }';
  const credential = await token(ann);
  const refused = await as(credential, query);
  expect(refused.body.errors?.[0]?.message).toBe('Introspection is not available here.');
  bus.put('accounts', tenantId, { ...record, introspection: true });
  const { data } = (await as(credential, query)).body;
  const names = data.__type.fields.map(({ name }: { name: string }) => name);
  expect(data.open).toBe('yes');
  expect(names.toSorted()).toEqual(['colour', 'guarded', 'has', 'open', 'people', 'seated']);
});
