import { ConfigError } from '@chorus/shared/config.ts';
import { expect, test } from 'vitest';
import { temporaryFile } from '../testing.ts';
import { policyFile } from './policies.ts';

const CLAIMS = `{"sub": "me", "tid": "acme", "level": 3, "half": 2.5, "whole": 3.0, "huge": 1e300, "yes": true,
  "word": "true", "nil": null, "roles": ["viewer", "admin"], "mixed": [1, "admin", null], "none": [], "empty": {},
  "policies": {"mfa": true, "sms": false}, "realm": {"access": {"roles": [{"name": "ops"}, {"id": 7}]}},
  "https://acme.test/plan": "gold", "constructor": "me", "__proto__": {"admin": true}, "toString": "me"}`;

const claimsOf = (text: string) => JSON.parse(text) as Record<string, unknown>;

const fileOf = (policies: unknown) =>
  temporaryFile('policies.json', typeof policies === 'string' ? policies : JSON.stringify(policies));

const isMet = (rule: unknown, claims: Record<string, unknown>): boolean =>
  policyFile(fileOf({ rule })).metBy(claims).has('rule');

test.each<[boolean | string, boolean]>([
  [true, true],
  [false, false],
  ['true', true],
  ['claims.policies.mfa == true', true],
  ['claims.policies.mfa', true],
  ['claims.policies.sms == true', false],
  ['claims.policies.push == true', false],
  ['claims.level >= 3', true],
  ['claims.level > 3', false],
  ['claims.level == 3 && claims.whole == 3', true],
  ['claims.level + 1 == 4', true],
  ['claims.level >= 2.5', true],
  ['claims.half > 2 && claims.half < 3', true],
  ['claims.level in [1, 2, 3]', true],
  ['claims.huge > 1', true],
  ['claims.tid == "acme"', true],
  ['claims.tid != "acme"', false],
  ['claims.tid in ["globex", "initech"]', false],
  ['claims.tid.startsWith("ac") && claims.tid.matches("^a.*e$")', true],
  ['"admin" in claims.roles', true],
  ['"owner" in claims.roles', false],
  ['"admin" in claims.mixed && 1 in claims.mixed', true],
  ['"admin" in claims.none', false],
  ['claims.roles.exists(role, role.startsWith("adm"))', true],
  ['claims.roles.all(role, role == "admin")', false],
  ['size(claims.roles) == 2 && claims.empty.size() == 0', true],
  ['claims.realm.access.roles.exists(role, has(role.name) && role.name == "ops")', true],
  ['claims.realm.access.roles[1].id == 7', true],
  ['claims["https://acme.test/plan"] == "gold"', true],
  ['has(claims.tid) && has(claims.nil) && claims.nil == null', true],
  ['has(claims.plan) || has(claims.policies.push)', false],
  ['!has(claims.plan)', true],
  ['claims.plan == "gold" || claims.tid == "acme"', true],
  ['claims.level == 3 ? claims.yes : false', true],
])('over the claims of a token %j is %j', (expression, verdict) => {
  expect(isMet(expression, claimsOf(CLAIMS))).toBe(verdict);
});

test.each([
  'claims.plan',
  'claims.plan == "gold"',
  'claims.plan != "gold"',
  '!(claims.plan == "gold")',
  'claims.plan.name == "gold"',
  'has(claims.plan.name)',
  'claims.word',
  'claims.nil',
  'claims.level',
  'claims.roles',
  'claims',
  '"true"',
  '1',
  'null',
  '1 / 0 == 1',
  'claims.tid > 3',
  'claims.roles[9] == "admin"',
  'claims.tid == true',
  'claims.level == "3"',
  '"admin" in claims.tid',
  'claims.tid.matches("(")',
  'user.tid == "acme"',
  'unknown(claims.tid)',
  'claims.hasOwnProperty("tid")',
  'claims.hasOwnProperty == "me"',
  'claims.valueOf == "me"',
  'has(claims.valueOf)',
  '"valueOf" in claims',
  'claims.policies.constructor == "me"',
])('%j fails or is not true, so it denies', (expression) => {
  expect(isMet(expression, claimsOf(CLAIMS))).toBe(false);
});

test('claims called like parts of JavaScript objects are claims like others', () => {
  const claims = claimsOf(CLAIMS);
  expect(isMet('claims.constructor == "me" && claims.toString == "me"', claims)).toBe(true);
  expect(isMet('claims.__proto__.admin', claims)).toBe(true);
  expect(isMet('claims.admin', claims)).toBe(false);
  expect(isMet('claims.tid == "acme" && size(claims) == 1', claimsOf('{"tid": "acme"}'))).toBe(true);
});

test('a policy the file does not name is unknown and met by nobody', () => {
  const { known, metBy } = policyFile(fileOf('{"a": true, "no": false}'));
  const met = metBy({});
  for (const name of ['b', '', 'A', 'toString', 'constructor', '__proto__', 'hasOwnProperty'])
    expect([name, known(name), met.has(name)]).toEqual([name, false, false]);
  expect([known('a'), known('no'), [...met]]).toEqual([true, true, ['a']]);
});

test('without a token there are no claims, and what does not ask for any can be met', () => {
  const file = fileOf({
    open: true,
    stranger: '!has(claims.sub)',
    known: 'has(claims.sub)',
    me: 'claims.sub',
  });
  expect([...policyFile(file).metBy({})]).toEqual(['open', 'stranger']);
});

test('claims that are nested without measure meet no expression', () => {
  const nested = (depth: number) => claimsOf(`{"a": ${'['.repeat(depth)}${']'.repeat(depth)}}`);
  expect(isMet('true || claims.a == 1', nested(5))).toBe(true);
  expect(isMet('true || claims.a == 1', nested(3000))).toBe(false);
  expect(isMet('!has(claims.b)', claimsOf(`{"a": ${'{"b":'.repeat(900)}1${'}'.repeat(900)}}`))).toBe(false);
  expect(isMet(true, nested(3000))).toBe(true);
});

test('policies that can never be met are named with the reason', () => {
  const { pointless } = policyFile(
    fileOf({
      typo: 'claim.tid == "a"',
      word: '"true"',
      sound: 'claims.tid == "a"',
      any: 'claims.yes',
      off: false,
    }),
  );
  expect(Object.fromEntries(pointless)).toEqual({
    typo: 'Unknown variable: claim',
    word: 'it is a string and not a bool',
  });
});

function refusal(path: string): string {
  try {
    policyFile(path);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, true]));

test.each<[string, unknown, string]>([
  ['an expression that does not parse', { ok: true, vip: 'claims.tid ==' }, '"vip"'],
  ['an empty expression', { vip: '' }, '"vip"'],
  ['two expressions', { vip: 'true; true' }, '"vip"'],
  ['brackets without end', { vip: '('.repeat(1999) }, '"vip"'],
  ['a number', { vip: 1 }, '"vip"'],
  ['null', { vip: null }, '"vip"'],
  ['a list', { vip: ['true'] }, '"vip"'],
  ['an object', { vip: { when: 'true' } }, '"vip"'],
  ['a wrong rule of a prototype name', '{"__proto__": 1}', '"__proto__"'],
  ['an expression too long', { vip: `true ${' '.repeat(1996)}` }, '2000'],
  ['too many policies', many(1001), '1000'],
  ['a list instead of an object', [true], 'one JSON object'],
  ['null instead of an object', 'null', 'one JSON object'],
  ['a word instead of an object', '"true"', 'one JSON object'],
  ['no JSON', '{"a": true,}', 'one JSON object'],
  ['nothing', '', 'one JSON object'],
])('a file with %s stops the start with one sentence naming it', (_, policies, name) => {
  const sentence = refusal(fileOf(policies));
  expect(sentence).toContain('--policies');
  expect(sentence).toContain(name);
  expect(sentence).toMatch(/^[^\n]+\.$/);
});

test('a file may be as large as the limits say, and has to be there', () => {
  expect(refusal(fileOf(many(1000)))).toBe('accepted');
  expect(refusal(fileOf({ long: `true${' '.repeat(1996)}` }))).toBe('accepted');
  expect(refusal('/nope/policies.json')).toContain('/nope/policies.json');
});
