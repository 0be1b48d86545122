import { OpenFeature } from '@openfeature/server-sdk';
import { expect, onTestFinished, test } from 'vitest';
import { flagLoader } from './evaluate.ts';
import { flagProvider } from './provider.ts';
import { callerWith, flagWith } from './testing.ts';

/** An OpenFeature client over some flags; the context says which tenant asks. */
async function client() {
  const start = flagWith({
    key: 'start',
    kind: 'string',
    variants: { off: 'feed', desk: 'dashboard' },
    rules: [{ id: 'desk-first', when: { user: ['bob'] }, serve: 'desk' }],
  });
  const size = flagWith({ key: 'size', kind: 'number', variants: { off: 20, big: 50 }, default: 'big' });
  const theme = flagWith({
    key: 'theme',
    kind: 'json',
    variants: { off: {}, dark: { ink: '#fff' } },
    default: 'dark',
  });
  const definitions = [start, size, theme, flagWith({ default: 'on' })];
  const flags = flagLoader()({
    flags: Object.fromEntries(definitions.map((definition) => [definition.key, { version: 3, definition }])),
  });
  const provider = flagProvider((key, { targetingKey = '' }) =>
    flags.decide(key, callerWith({ user: targetingKey })),
  );
  const domain = crypto.randomUUID();
  await OpenFeature.setProviderAndWait(domain, provider);
  onTestFinished(() => OpenFeature.clearProviders());
  return OpenFeature.getClient(domain);
}

test('a service asks by OpenFeature and is told value, layer, rule and version', async () => {
  const ask = await client();
  expect(await ask.getStringDetails('start', 'feed', { targetingKey: 'bob' })).toMatchObject({
    value: 'dashboard',
    variant: 'desk',
    reason: 'TARGETING_MATCH',
    flagMetadata: { layer: 'rule', rule: 'desk-first', version: 3 },
  });
  expect(await ask.getStringValue('start', 'none', { targetingKey: 'ann' })).toBe('feed');
  expect(await ask.getBooleanValue('a_flag', false)).toBe(true);
  expect(await ask.getNumberValue('size', 1)).toBe(50);
  expect(await ask.getObjectValue('theme', {})).toEqual({ ink: '#fff' });
});

test('a flag that is not there, or of another kind, is the default of whoever asks', async () => {
  const ask = await client();
  expect(await ask.getBooleanDetails('nope', true)).toMatchObject({
    value: true,
    errorCode: 'FLAG_NOT_FOUND',
  });
  expect(await ask.getNumberDetails('a_flag', 7)).toMatchObject({ value: 7, errorCode: 'TYPE_MISMATCH' });
});
