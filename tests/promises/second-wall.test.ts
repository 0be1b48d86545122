import { packedRulesFor } from '@chorus/shared/ability.ts';
import { ANONYMOUS, IDENTITY_HEADER, signIdentity, type Identity } from '@chorus/shared/identity.ts';
import { readSigningKey, type SigningKey } from '@chorus/shared/keys.ts';
import { ALL_PERMISSIONS } from '@chorus/shared/permissions.ts';
import { SignJWT, UnsecuredJWT } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { client, freshTenant, sharedSystem } from '../harness/client.ts';
import { makeSigningKey } from '../harness/keys.ts';

const NAMES = ['accounts', 'mentions', 'reporting', 'billing'] as const;
const CREATE_KEY = `mutation {
  createApiKey(input: { name: "Partner", scopes: ["mentions.read"] }) { ... on ApiKeyCreated { key } }
}`;

/** A tenant, everything its people and programs hold, and the address of every subgraph. */
async function behindTheGateway() {
  const system = await sharedSystem();
  const { tenant, member, end } = await freshTenant(system);
  onTestFinished(end);
  const owner = await member('owner', { mfa: true });
  const { body } = await owner.ask(CREATE_KEY);
  const rules = packedRulesFor(tenant.id, ALL_PERMISSIONS);
  const identity: Identity = { ...ANONYMOUS, kind: 'member', tenantId: tenant.id, subject: owner.id, rules };
  const subgraphs = NAMES.map((name, index) => ({ name, url: system.subgraphUrls[index] ?? '' }));
  const key = await readSigningKey(system.keys.gatewayKeys);
  return { tenant, subgraphs, identity, key, token: owner.token, apiKey: String(body.data.createApiKey.key) };
}

const QUESTIONS = (tenantId: string) => [
  '{ __typename }',
  '{ _service { sdl } }',
  `{ _entities(representations: [{ __typename: "Tenant", id: "${tenantId}" }]) { __typename } }`,
  'mutation { signIn(input: { email: "a@b.test", password: "12345678" }) { __typename } }',
  'not even a document',
];

/** A token that differs from the gateway's own in what `change` says, and in nothing else. */
const almost = (
  identity: Identity,
  subgraph: string,
  key: SigningKey,
  change: { typ?: string; issuer?: string; issuedAgo?: number; endsIn?: number } = {},
) => {
  const { typ = 'chorus-identity+jws', issuer = 'chorus-gateway', issuedAgo = 0, endsIn = 60 } = change;
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ identity })
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ })
    .setIssuer(issuer)
    .setAudience(subgraph)
    .setIssuedAt(now - issuedAgo)
    .setExpirationTime(now + endsIn)
    .sign(key.privateKey);
};

/** What somebody who reaches the subgraph's port could send. */
async function forgeries(
  { identity, key, token, apiKey }: Awaited<ReturnType<typeof behindTheGateway>>,
  subgraph: string,
): Promise<[reason: string, header: string | undefined][]> {
  const other = await makeSigningKey();
  const elsewhere = NAMES.find((name) => name !== subgraph) ?? '';
  const unsigned = new UnsecuredJWT({ identity })
    .setIssuer('chorus-gateway')
    .setAudience(subgraph)
    .setIssuedAt()
    .setExpirationTime('60s')
    .encode();
  return [
    ['no identity', undefined],
    ['an empty one', ''],
    ['signed by somebody else', await signIdentity(identity, subgraph, other)],
    [
      'under the name of the gateway’s key',
      await signIdentity(identity, subgraph, { ...other, kid: key.kid }),
    ],
    ['not signed', unsigned],
    ['for another subgraph', await signIdentity(identity, elsewhere, key)],
    ['ended', await almost(identity, subgraph, key, { issuedAgo: 61, endsIn: -1 })],
    [
      'old, whatever it says about its end',
      await almost(identity, subgraph, key, { issuedAgo: 90, endsIn: 9e6 }),
    ],
    ['of another kind', await almost(identity, subgraph, key, { typ: 'at+jwt' })],
    ['of another issuer', await almost(identity, subgraph, key, { issuer: 'chorus-accounts' })],
    ['an access token', token],
    ['an API key', apiKey],
    ['cut short', (await signIdentity(identity, subgraph, key)).slice(0, -4)],
  ];
}

test('no subgraph answers anything to whoever is not the gateway', { timeout: 60_000 }, async () => {
  const behind = await behindTheGateway();
  const questions = QUESTIONS(behind.tenant.id);
  for (const { name, url } of behind.subgraphs)
    for (const [reason, header] of await forgeries(behind, name))
      for (const query of questions) {
        const identity = header === undefined ? {} : { [IDENTITY_HEADER]: header };
        const { status, body } = await client(url, behind.token, identity)(query);
        expect([name, reason, query, status, body]).toEqual([
          name,
          reason,
          query,
          401,
          { errors: [{ message: 'Sign in to do this.', extensions: { code: 'UNAUTHENTICATED' } }] },
        ]);
      }
});

test('whoever has the gateway’s word is answered by that subgraph', async () => {
  const { subgraphs, identity, key } = await behindTheGateway();
  for (const { name, url } of subgraphs) {
    for (const word of [await signIdentity(identity, name, key), await almost(identity, name, key)]) {
      const { status, body } = await client(url, undefined, { [IDENTITY_HEADER]: word })('{ __typename }');
      expect([name, status, body]).toMatchObject([name, 200, { data: { __typename: 'Query' } }]);
    }
  }
});
