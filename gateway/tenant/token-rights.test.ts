import { createLog } from '@chorus/shared/log.ts';
import { expect, test } from 'vitest';
import { policyFile } from '../access/policies.ts';
import { foreignIdentity, foreignTokens } from '../identity/identity.ts';
import type { Rights } from '../caller.ts';
import type { Documented, Identified } from '../request.ts';
import { temporaryFile } from '../testing.ts';
import { foreignIssuer, type ForeignClaims } from '../testing-tokens.ts';
import { withoutTenants } from './tenant.ts';

const POLICIES = { vip: 'claims.level >= 3', stranger: '!has(claims.sub)', open: true };

/** What the stages of standalone mode make of an Authorization header, and tokens for it. */
async function standalone() {
  const { jwks, token } = await foreignIssuer();
  const rules = { jwks, issuer: undefined, audience: undefined };
  const identity = foreignIdentity(foreignTokens(rules, createLog('t', 'silent')));
  const tenant = withoutTenants(policyFile(temporaryFile('policies.json', JSON.stringify(POLICIES))));
  const rightsFor = async (authorization?: string): Promise<Rights> => {
    const request = { headers: { authorization }, address: '127.0.0.1' } as Documented;
    const identified = { ...request, ...(await identity(request)) } as Identified;
    return (await tenant(identified)).rights;
  };
  const bearer = async (claims?: ForeignClaims) => `Bearer ${await token(claims)}`;
  return { rightsFor, bearer, rightsOf: async (claims: ForeignClaims) => rightsFor(await bearer(claims)) };
}

test.each<[unknown, string[]]>([
  ['a:read b:write', ['a:read', 'b:write']],
  [' a   a b ', ['a', 'b']],
  ['', []],
  [
    ['a', 'b c'],
    ['a', 'b c'],
  ],
  [['a', 1], []],
  [[['a']], []],
  [7, []],
  [null, []],
  [{ a: true }, []],
  [undefined, []],
])('the scope claim %j gives the scopes %j', async (scope, scopes) => {
  const { rightsOf } = await standalone();
  expect([...(await rightsOf({ scope })).scopes]).toEqual(scopes);
});

test.each<[ForeignClaims, number | null]>([
  [{ mfa_at: 120, auth_time: 100, amr: ['pwd'] }, 120],
  [{ mfa_at: 120 }, 120],
  [{ auth_time: 100, amr: ['pwd', 'otp'] }, 100],
  ...['otp', 'hwk', 'swk', 'sc', 'fpt', 'mfa'].map((method): [ForeignClaims, number] => [
    { auth_time: 100, amr: [method] },
    100,
  ]),
  [{ auth_time: 100, amr: ['pwd', 'sms', 'face'] }, null],
  [{ auth_time: 100, amr: ['OTP'] }, null],
  [{ auth_time: 100, amr: 'otp' }, null],
  [{ auth_time: 100, amr: ['otp', 1] }, null],
  [{ auth_time: 100 }, null],
  [{ amr: ['otp'] }, null],
  [{ auth_time: '100', amr: ['otp'] }, null],
  [{ mfa_at: '120', auth_time: 100, amr: ['otp'] }, null],
  [{ mfa_at: null, auth_time: 100, amr: ['otp'] }, null],
])('of %j the second factor is of %j', async (claims, mfaAt) => {
  const { rightsOf } = await standalone();
  expect((await rightsOf(claims)).identity.mfaAt).toBe(mfaAt);
});

test('a token is the subject and the tenant of its issuer, as far as it names them', async () => {
  const { rightsOf } = await standalone();
  const { identity } = await rightsOf({ sub: 'me', tid: 'acme', iss: 'them', sid: 's', auth_time: 9 });
  expect(identity).toMatchObject({ kind: 'member', sessionId: 's', authTime: 9, rules: [], flags: [] });
  const others = [{ iss: 'others' }, { iss: undefined }, { sub: 'you' }, { tid: 'globex' }];
  for (const claims of others) {
    const other = (await rightsOf({ sub: 'me', tid: 'acme', ...claims })).identity;
    expect([other.tenantId, other.subject]).not.toEqual([identity.tenantId, identity.subject]);
  }
  for (const sub of [undefined, '', 7]) {
    expect((await rightsOf({ sub, tid: sub })).identity).toMatchObject({
      kind: 'member',
      tenantId: null,
      subject: null,
    });
  }
});

test('policies are judged by the claims, and constants for everybody', async () => {
  const { rightsFor, rightsOf } = await standalone();
  const met = ({ policy }: Rights) =>
    ['vip', 'stranger', 'open', 'nope', 'constructor', '__proto__'].filter((name) => policy(name));
  expect(met(await rightsOf({ level: 3 }))).toEqual(['vip', 'open']);
  expect(met(await rightsOf({ level: 2, sub: undefined }))).toEqual(['stranger', 'open']);
  const nobody = await rightsFor();
  expect(met(nobody)).toEqual(['stranger', 'open']);
  expect(nobody).toMatchObject({ key: 'anonymous', identity: { kind: 'anonymous', tenantId: null } });
  expect(nobody.feature('exports') || nobody.scopes.size > 0).toBe(false);
});

test('a token is judged once', async () => {
  const { rightsFor, bearer } = await standalone();
  const authorization = await bearer();
  expect(await rightsFor(authorization)).toBe(await rightsFor(authorization));
});

test('callers have one key exactly when nothing that decides is different', async () => {
  const { rightsOf } = await standalone();
  const same = { sub: 'me', tid: 'acme', scope: 'a b', amr: ['pwd'], auth_time: 100, mfa_at: 120, level: 3 };
  const keyOf = async (claims: ForeignClaims) => (await rightsOf({ ...same, ...claims })).key;
  const key = await keyOf({});
  for (const claims of [{ exp: same.auth_time + 9e9 }, { jti: 'x' }, { scope: 'b a' }, { level: 4 }])
    expect([claims, await keyOf(claims)]).toEqual([claims, key]);
  const others: ForeignClaims[] = [
    { iss: 'others' },
    { sub: 'you' },
    { tid: 'globex' },
    { tid: undefined },
    { sid: 's' },
    { scope: 'a' },
    { amr: ['otp'] },
    { auth_time: 101 },
    { mfa_at: 121 },
    { level: 2 },
    { sub: undefined },
    { sub: undefined, name: 'other' },
  ];
  const keys = await Promise.all(others.map(keyOf));
  expect(new Set([key, 'anonymous', ...keys]).size).toBe(others.length + 2);
});
