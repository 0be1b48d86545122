import { signAccessToken, type AccessTokenClaims } from '@chorus/shared/access-token.ts';
import { apiKeyHmac, makeApiKey } from '@chorus/shared/api-key.ts';
import { GLOBAL } from '@chorus/shared/event-bus.ts';
import { flagsOfPlans } from '@chorus/shared/flags/testing.ts';
import { newId } from '@chorus/shared/id.ts';
import { identityVerifier, type Identity } from '@chorus/shared/identity.ts';
import { keySet, readSigningKey, type SigningKey } from '@chorus/shared/keys.ts';
import {
  apiKeyRecordKind,
  memberRecordKind,
  type AccountsRecord,
  type ApiKeyRecord,
  type MemberRecord,
} from '@chorus/shared/records.ts';
import { exportJWK, generateKeyPair } from 'jose';
import { memoryBus } from './testing-bus.ts';
import { gatewayOver, subgraph, temporaryFile, type GatewayOptions, type TestSubgraph } from './testing.ts';

/** A private key file as an installation has it. */
export async function keyFile(): Promise<{ file: string; key: SigningKey }> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const file = temporaryFile(
    'keys.json',
    JSON.stringify({ keys: [{ ...(await exportJWK(privateKey)), kid: newId() }] }),
  );
  return { file, key: await readSigningKey(file) };
}

const PEPPER = Buffer.alloc(32, 7);

const SDL = `type Query { whoami: String } type Mutation { signIn: String refreshSession: String signOut: String change: String }`;

interface ProductOptions extends GatewayOptions {
  /** Other subgraphs than the one that tells who calls. */
  over?: readonly TestSubgraph[];
}

/** The product's gateway over one subgraph that verifies and tells who calls, with a tenant of two members. */
export async function productGateway({ env = {}, over, ...options }: ProductOptions = {}) {
  const [gatewayKeys, tokens] = [await keyFile(), await keyFile()];
  const { accounts, seen } = await curiousSubgraph(gatewayKeys.key);
  const tenant = tenantOnBus(tokens.key);
  const settings = {
    EVENTS_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/events',
    CHORUS_GATEWAY_KEYS: gatewayKeys.file,
    CHORUS_API_KEY_PEPPER: PEPPER.toString('hex'),
    ...env,
  };
  const gateway = await gatewayOver(over ?? [accounts], { bus: tenant.bus, ...options, env: settings });
  const as = (credential: string, query = '{ whoami }') =>
    gateway.ask(query, {}, { authorization: `Bearer ${credential}` });
  return { gateway, settings, accounts, seen, tokens, as, ...tenant };
}

/** A subgraph that verifies every identity and keeps it. */
async function curiousSubgraph(key: SigningKey) {
  const verify = identityVerifier('accounts', keySet(key.publicJwks));
  const seen: Identity[] = [];
  const tell = async (_: unknown, _args: unknown, { headers }: { headers: Record<string, string> }) => {
    const identity = await verify(headers['chorus-identity']);
    seen.push(identity);
    return identity.subject ?? 'nobody';
  };
  const accounts = await subgraph('accounts', SDL, {
    Query: { whoami: tell },
    Mutation: { signIn: tell, refreshSession: tell, signOut: tell, change: tell },
  });
  return { accounts, seen };
}

const KEY: Omit<ApiKeyRecord, 'tenantId' | 'owner'> = {
  hmac: '',
  scopes: ['mentions.read'],
  roles: [],
  addresses: [],
  rateLimit: 60,
  active: true,
};

/** A tenant with an owner and a viewer, and the credentials it gives out. */
function tenantOnBus(tokenKey: SigningKey) {
  const bus = memoryBus();
  const tenantId = newId();
  const [ann, bob] = [newId(), newId()];
  const record: AccountsRecord = {
    slug: 'acme',
    active: true,
    customerGroup: 'standard',
    roles: {},
    groups: {},
    endedSessions: {},
  };
  bus.put('jwks', GLOBAL, tokenKey.publicJwks);
  bus.put('accounts', tenantId, record);
  const putMember = (id: string, roles: string[], change: Partial<MemberRecord> = {}) => {
    const held = roles.map((role) => ({ role }));
    const body: MemberRecord = { active: true, seatType: 'full', roles: held, groups: [], ...change };
    bus.put(memberRecordKind(id), tenantId, body);
  };
  putMember(ann, ['owner']);
  putMember(bob, ['viewer']);
  bus.put('flags', GLOBAL, flagsOfPlans(['exports']));
  bus.put('billing', tenantId, { plan: 'free', seats: 5, entitlements: ['exports'] });
  const token = (subject: string, claims: Partial<AccessTokenClaims> = {}, key = tokenKey) =>
    signAccessToken(
      { sub: subject, tid: tenantId, sid: newId(), pv: 1, acr: '1', amr: ['pwd'], auth_time: 1, ...claims },
      newId(),
      key,
    );
  const keys = new Map<string, ApiKeyRecord>();
  const putApiKey = (id: string, change: Partial<ApiKeyRecord>) => {
    const body = { ...(keys.get(id) ?? { ...KEY, tenantId, owner: ann }), ...change };
    keys.set(id, body);
    bus.put(apiKeyRecordKind(id), GLOBAL, body);
  };
  const apiKey = (change: Partial<ApiKeyRecord> = {}) => {
    const { id, secret, key } = makeApiKey();
    putApiKey(id, { hmac: apiKeyHmac(secret, PEPPER), ...change });
    return { id, key };
  };
  return { bus, tenantId, ann, bob, record, putMember, token, apiKey, putApiKey };
}

/** The one refusal every credential problem gets. */
export const UNAUTHENTICATED = {
  errors: [{ message: 'Sign in to do this.', extensions: { code: 'UNAUTHENTICATED' } }],
};
