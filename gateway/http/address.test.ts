import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { peerOf, trustedProxies } from './address.ts';

const from = (remoteAddress: string, headers: Record<string, string> = {}) =>
  ({ socket: { remoteAddress }, headers }) as object as IncomingMessage;
const forwarded = (chain: string, proto = 'https') => ({
  'x-forwarded-for': chain,
  'x-forwarded-proto': proto,
});

test('without trusted proxies nothing a client writes changes its address', () => {
  const request = from('203.0.113.9', forwarded('198.51.100.1'));
  expect(peerOf(request, trustedProxies([]), false)).toEqual({ address: '203.0.113.9', scheme: 'http' });
});

test.each([
  ['10.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['::ffff:10.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['10.0.0.1', 'spoofed, 198.51.100.1, 10.0.0.2', '198.51.100.1'],
  ['10.0.0.1', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
  ['10.0.0.1', 'not an address', '10.0.0.1'],
  ['10.0.0.1', '2001:db8::5', '2001:db8::5'],
  ['fd00::1', '10.0.0.2, fd00::2', '10.0.0.2'],
  ['203.0.113.9', '198.51.100.1', '203.0.113.9'],
])('from %s with %j the client is %s', (peer, chain, address) => {
  const trusted = trustedProxies(['10.0.0.0/8', 'fd00::/8']);
  expect(peerOf(from(peer, forwarded(chain)), trusted, false).address).toBe(address);
});

test('the scheme is believed from trusted proxies only', () => {
  const trusted = trustedProxies(['10.0.0.1']);
  expect(peerOf(from('10.0.0.1', forwarded('198.51.100.1')), trusted, false).scheme).toBe('https');
  expect(peerOf(from('10.0.0.1', forwarded('198.51.100.1', 'gopher')), trusted, false).scheme).toBe('http');
  expect(peerOf(from('10.0.0.2', forwarded('198.51.100.1')), trusted, true).scheme).toBe('https');
});

test.each(['proxy', '10.0.0.0/40', '300.0.0.1', ''])('%j is no proxy', (entry) => {
  expect(() => trustedProxies([entry])).toThrow(/TRUSTED_PROXIES/);
});
