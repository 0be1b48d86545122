import { GLOBAL } from '@chorus/shared/event-bus.ts';
import { flagsOfPlans } from '@chorus/shared/flags/testing.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { subgraph } from '../testing.ts';
import { productGateway } from '../testing-product.ts';

const SDL = `extend schema @link(url: "https://specs.chorus.dev/chorus/v1.0", import: ["@feature"])
  @composeDirective(name: "@feature")
  directive @feature(flag: String!, mode: String = "hide") on FIELD_DEFINITION
  type Query { open: String has: String @feature(flag: "exports") hidden: String @feature(flag: "beta") }`;

test('accounts is told which flags the schema names, and which decide, once a minute', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  onTestFinished(() => void vi.useRealTimers());
  const shop = await subgraph('shop', SDL, { Query: { open: () => 'yes', has: () => 'yes' } });
  const { as, token, ann, bus } = await productGateway({ over: [shop] });
  bus.put('flags', GLOBAL, flagsOfPlans(['exports', 'beta']));
  const told = (type: string) =>
    bus.appended.filter(({ event }) => event.type === type).map(({ event }) => event.data);
  await vi.waitFor(() => expect(told('flag.named')).toEqual([{ flags: ['exports', 'beta'] }]));
  const credential = await token(ann);
  for (const query of ['{ open }', '{ has }', '{ again: has }', '{ hidden }']) await as(credential, query);
  await vi.waitFor(() =>
    expect(told('flag.evaluated')).toEqual([{ flags: ['exports'] }, { flags: ['beta'] }]),
  );
  vi.setSystemTime(Date.now() + 61_000);
  await as(credential, '{ has }');
  await vi.waitFor(() => expect(told('flag.evaluated')).toHaveLength(3));
});
