import { expect, test } from 'vitest';
import { isNetwork, isWithin, networkList } from './networks.ts';

test.each(['10.0.0.0/8', '203.0.113.9', '0.0.0.0/0', '2001:db8::/32', '::1', '::/0'])(
  '%s is an address or a network',
  (entry) => expect(isNetwork(entry)).toBe(true),
);

test.each([
  '',
  'localhost',
  '10.0.0.0/',
  '10.0.0.0/33',
  '10.0.0.0/-1',
  '10.0.0.0/8/8',
  '10.0.0.0/8 ',
  '10.0.0.0/0x8',
  '300.0.0.1',
  '2001:db8::/129',
  'fe80::1%eth0',
  '10.0.0',
])('%j is neither', (entry) => {
  expect(isNetwork(entry)).toBe(false);
  expect(() => networkList([entry])).toThrow(RangeError);
});

test('an address is within a network of its own family only', () => {
  const networks = networkList(['10.0.0.0/8', '2001:db8::/32', '203.0.113.9']);
  const inside = ['10.255.0.1', '203.0.113.9', '2001:db8:1::5'];
  const outside = ['11.0.0.1', '203.0.113.10', '2001:db9::1', '::', '', 'nobody', '10.0.0.0/8'];
  expect(inside.filter((address) => isWithin(networks, address))).toEqual(inside);
  expect(outside.filter((address) => isWithin(networks, address))).toEqual([]);
});
