import { ConfigError, environment } from '@chorus/shared/config.ts';
import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import { newId } from '@chorus/shared/id.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { expect, onTestFinished, test } from 'vitest';
import { appUrl, mailTransport, seatsOver } from './services.ts';

test('seats are as many as the record of billing says, and unknown until there is one', async () => {
  const bus = postgresEventBus((await workerDatabase('events')).worker, { max: 1 });
  onTestFinished(() => bus.close());
  const tenantId = newId();
  const body = { plan: 'team', seats: 7, entitlements: [] };
  await bus.putRecord({ kind: 'billing', tenantId, version: 1, body });
  const seats = seatsOver(bus);
  expect(await seats(tenantId)).toBe(7);
  expect(await seats(newId())).toBeUndefined();
});

test('links lead to the address of the product, and a wrong one stops the start', () => {
  const at = (url?: string) => appUrl(environment({ APP_URL: url }));
  expect(at()).toBe('http://localhost:3000');
  expect(at('https://app.example.com/')).toBe('https://app.example.com');
  for (const wrong of [
    'app.example.com',
    'javascript:alert(1)',
    'https://a.test/?x',
    'https://a.test/#x',
    'https://',
  ])
    expect(() => at(wrong)).toThrow(ConfigError);
});

test('a sender that cannot be one stops the start', () => {
  const from = (sender?: string) => () => mailTransport(environment({ MAIL_DIR: 'mail', MAIL_FROM: sender }));
  expect(from()).not.toThrow();
  expect(from('Acme <hello@acme.test>')).not.toThrow();
  expect(from('Acme')).toThrow('MAIL_FROM must look like');
});
