import { ConfigError } from '@chorus/shared/config.ts';
import { expect, test } from 'vitest';
import { compose } from '../testing.ts';
import { prepareSupergraph, type Enforceable } from './prepare.ts';

const sdl = (
  body: string,
  imports = '"@key", "@authenticated", "@requiresScopes", "@cacheTag", "@composeDirective"',
) => `extend schema @link(url: "https://specs.apollo.dev/federation/v2.14", import: [${imports}])\n${body}`;
const supergraph = (text: string) => compose([{ name: 'a', url: 'http://127.0.0.1:1/', sdl: text }]);

const plain = supergraph(sdl('type Query { a: Int }'));
const authenticated = supergraph(sdl('type Query { a: Int @authenticated b: Int }'));
const chorus = (application: string, version = 'v1.0') =>
  supergraph(
    sdl(`schema @link(url: "https://specs.chorus.dev/chorus/${version}", import: [{ name: "@mfa", as: "@fresh" }, "@feature", "@fieldCache"])
      @composeDirective(name: "@fresh") @composeDirective(name: "@feature") @composeDirective(name: "@fieldCache") { query: Query }
      directive @fresh(maxAge: Int) on FIELD_DEFINITION
      directive @feature(flag: String!) on FIELD_DEFINITION
      directive @fieldCache(maxAge: Int!) on FIELD_DEFINITION
      type Query { a: Int ${application} }`),
  );

const refusal = (text: string, enforced: Enforceable[] = []): string => {
  try {
    prepareSupergraph(text, new Set(enforced));
    return 'accepted';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
};

test('a plain supergraph passes unchanged and tells its subgraphs', () => {
  const prepared = prepareSupergraph(plain);
  expect(prepared.plannerText).toBe(plain);
  expect(prepared.subgraphs).toEqual([{ name: 'a', url: 'http://127.0.0.1:1/' }]);
});

test('a rule nobody enforces stops the start and is named', () => {
  expect(refusal(authenticated)).toBe(
    'The supergraph uses https://specs.apollo.dev/authenticated/v0.1 (@authenticated), which this gateway does not enforce; it will not start.',
  );
});

test('renaming a rule in its @link does not hide it', () => {
  const renamed = supergraph(
    sdl('type Query { a: Int @login b: Int }', '{ name: "@authenticated", as: "@login" }, "@key"'),
  );
  expect(renamed).toContain('@login');
  expect(refusal(renamed)).toContain('https://specs.apollo.dev/authenticated/v0.1');
});

test('a text whose purposes were stripped elsewhere is refused as well', () => {
  const stripped = prepareSupergraph(authenticated, new Set(['authenticated'])).plannerText;
  expect(stripped).not.toContain('authenticated/v0.1", for: SECURITY');
  expect(stripped).toContain('@authenticated');
  expect(refusal(stripped)).toContain('does not enforce');
});

test('enforcing one rule does not let another one through', () => {
  const scopes = supergraph(
    sdl('type Query { a: Int @requiresScopes(scopes: [["x"]]) b: Int @authenticated }'),
  );
  expect(refusal(scopes, ['authenticated'])).toContain('requiresScopes');
  expect(refusal(scopes, ['authenticated', 'requiresScopes'])).toBe('accepted');
});

test.each(['SECURITY', 'EXECUTION'])('an unknown feature for %s stops the start', (purpose) => {
  const unknown = plain.replace(
    'schema\n',
    `schema\n  @link(url: "https://example.com/vault/v2.0", for: ${purpose})\n`,
  );
  expect(refusal(unknown)).toBe(
    `The supergraph uses https://example.com/vault/v2.0 for ${purpose}, which this gateway does not know; it will not start.`,
  );
});

test('an unknown feature without a purpose is nobody’s business', () => {
  expect(refusal(plain.replace('schema\n', 'schema\n  @link(url: "https://example.com/note/v1.0")\n'))).toBe(
    'accepted',
  );
});

test('cache tags cost freshness only and are let through', () => {
  const tagged = supergraph(sdl('type Query { a: Int @cacheTag(format: "a") }'));
  expect(tagged).toContain('for: EXECUTION');
  expect(prepareSupergraph(tagged).plannerText).not.toMatch(/cacheTag\/v0\.1"[^)]*EXECUTION/);
});

test('rules of the Chorus specification bind once applied, under any name', () => {
  expect(refusal(chorus(''))).toBe('accepted');
  expect(refusal(chorus('@fieldCache(maxAge: 5)'))).toBe('accepted');
  expect(refusal(chorus('@fresh(maxAge: 5)'))).toContain('@fresh (https://specs.chorus.dev/chorus mfa)');
  expect(refusal(chorus('@feature(flag: "x")'))).toContain('@feature');
  expect(refusal(chorus('@fresh @feature(flag: "x")'), ['mfa', 'feature'])).toBe('accepted');
});

test('another version of the Chorus specification stops the start', () => {
  expect(refusal(chorus('@fieldCache(maxAge: 5)', 'v1.1'))).toContain('knows v1.0 only');
});

test.each([
  ['type Query {', 'is not valid GraphQL (line 1)'],
  ['type Query { a: Int }', 'is not a supergraph'],
  ['', 'is not valid GraphQL'],
])('%j is refused with one sentence', (text, sentence) => {
  expect(refusal(text)).toContain(sentence);
});
