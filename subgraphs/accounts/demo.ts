import { createHmac } from 'node:crypto';
import { transactionOf, type Transaction } from '@chorus/db/context.ts';
import type { Database } from '@chorus/db/database.ts';
import { apiKeyHmac, formatApiKey } from '@chorus/shared/api-key.ts';
import {
  DEMO_PEOPLE,
  DEMO_STAFF,
  DEMO_TENANTS,
  type DemoPerson,
  type DemoSecrets,
  type DemoTenant,
} from '@chorus/shared/demo.ts';
import type { Permission } from '@chorus/shared/permissions.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { saveAssignments } from './assignments/assignments.queries.ts';
import type { Scope } from './context.ts';
import { issueApiKey } from './api-keys/issue.service.ts';
import type { DataKeys } from './encryption/data-keys.ts';
import { findTotpFactor, saveTotpFactor } from './factors/totp.queries.ts';
import { insertMember } from './members/members.queries.ts';
import { hashPassword, passwordMatches } from './people/passwords.ts';
import { findSignIn, savePerson } from './people/people.queries.ts';
import { apiKeyRecords } from './records/records.queries.ts';
import { savePolicy } from './security-policy/security-policy.queries.ts';
import { insertTenant } from './tenants/tenants.queries.ts';
import { policyOf } from './security-policy/sign-in-requirements.service.ts';
import { tenantChanged } from './tenants/tenants.service.ts';

export interface DemoKeys {
  dataKeys: DataKeys;
  pepper: Buffer;
}

export interface DemoApiKey {
  tenant: string;
  scopes: Permission[];
  key: string;
}

const READING: Permission[] = ['mentions.read', 'trackers.read', 'reports.read', 'tenant.read'];

const scopesOf = ({ plan }: DemoTenant): Permission[] =>
  plan === 'business' ? [...READING, 'members.read', 'trackers.manage', 'billing.read'] : READING;

/** The same for one installation, so that seeding again can still tell the keys. */
function demoKey({ slug }: DemoTenant, pepper: Buffer) {
  const bytes = createHmac('sha256', pepper).update(`chorus demo api key ${slug}`).digest();
  const parts = { id: bytes.toString('hex', 24), secret: bytes.toString('base64url', 0, 24) };
  return { ...parts, key: formatApiKey(parts) };
}

/**
 * Puts the demo tenants, people and keys in place; `database` is reached as the worker role. Doing it again changes
 * nothing, unless the installation's secrets are new: then the credentials follow them.
 */
export async function seedAccounts(
  database: Database,
  secrets: DemoSecrets,
  keys: DemoKeys,
): Promise<DemoApiKey[]> {
  if (!(await isSeeded(database, secrets, keys))) {
    const people = await Promise.all(
      DEMO_PEOPLE.map(async (person) => ({ ...person, passwordHash: await hashPassword(secrets.password) })),
    );
    await seedStaff(database, secrets, keys);
    for (const tenant of DEMO_TENANTS) {
      await transactionOf(database, tenant.id, (transaction) =>
        seedTenant(transaction, tenant, people, secrets.totpSecret, keys),
      );
    }
  }
  return DEMO_TENANTS.map((tenant) => ({
    tenant: tenant.slug,
    scopes: scopesOf(tenant),
    key: demoKey(tenant, keys.pepper).key,
  }));
}

type Hashed = DemoPerson & { passwordHash: string };

async function seedTenant(
  transaction: Transaction,
  tenant: DemoTenant,
  people: readonly Hashed[],
  totpSecret: string,
  { dataKeys, pepper }: DemoKeys,
): Promise<void> {
  await insertTenant(transaction, tenant);
  if (tenant.mfaRoles.length > 0) await requireFactorOf(transaction, tenant.mfaRoles);
  let owner: string | undefined;
  const joined: string[] = [];
  for (const person of people) {
    const place = person.memberships.find((membership) => membership.tenant.id === tenant.id);
    if (place === undefined) continue;
    await seedMember(transaction, { ...person, ...place, staff: false }, dataKeys, totpSecret);
    joined.push(place.memberId);
    if (place.role === 'owner') owner = place.memberId;
  }
  if (owner === undefined) throw new Error(`demo tenant ${tenant.slug} has no owner`);
  const key = { name: 'Demo key', owner, scopes: scopesOf(tenant), demo: true };
  const { apiKey } = await issueApiKey(transaction, key, pepper, demoKey(tenant, pepper));
  await tenantChanged(transaction, { members: joined, apiKeys: [apiKey.id] });
}

interface Seeded extends Pick<Hashed, 'personId' | 'email' | 'name' | 'passwordHash' | 'totp'> {
  memberId: string;
  role: string;
  staff: boolean;
}

async function seedMember(
  transaction: Transaction,
  { personId, memberId, email, name, passwordHash, totp, role, staff }: Seeded,
  dataKeys: DataKeys,
  totpSecret: string,
): Promise<void> {
  const id = await savePerson(transaction, { id: personId, email, name, passwordHash, staff, demo: true });
  if (totp) {
    const seed = await dataKeys.seal(transaction.db, aboutSeed(id), totpSecret);
    await saveTotpFactor(transaction, id, seed);
  }
  await insertMember(transaction, { id: memberId, personId: id, name, email });
  const held = { subjectKind: 'member', subjectId: memberId, source: 'setup' } as const;
  await saveAssignments(transaction, [{ ...held, role }]);
}

async function seedStaff(
  database: Database,
  { password, totpSecret }: DemoSecrets,
  { dataKeys }: DemoKeys,
): Promise<void> {
  const passwordHash = await hashPassword(password);
  const staff = { ...DEMO_STAFF, passwordHash, totp: true, role: 'staff', staff: true };
  await transactionOf(database, PLATFORM_TENANT, async (transaction) => {
    await seedMember(transaction, staff, dataKeys, totpSecret);
    await tenantChanged(transaction, { members: [DEMO_STAFF.memberId] });
  });
}

async function requireFactorOf(transaction: Transaction, roles: readonly string[]): Promise<void> {
  const policy = await policyOf(transaction);
  const requiredSince = policy.requiredSince ?? new Date();
  await savePolicy(transaction, {
    ...policy,
    mfaMode: 'required-for-roles',
    mfaRoles: [...roles],
    requiredSince,
  });
}

/** The tenant seeded last tells about all: its owner's password and seed, and its key. */
async function isSeeded(database: Database, secrets: DemoSecrets, keys: DemoKeys): Promise<boolean> {
  const tenant = DEMO_TENANTS.at(-1);
  if (tenant === undefined) return true;
  const scope = { db: database.statements(tenant.id), tenantId: tenant.id };
  const { id, secret } = demoKey(tenant, keys.pepper);
  const [owner, [key]] = await Promise.all([
    findSignIn(scope.db, `owner@${tenant.slug}.test`, tenant.slug),
    apiKeyRecords(scope, [id]),
  ]);
  if (owner === undefined || key?.body.hmac !== apiKeyHmac(secret, keys.pepper)) return false;
  const factor = await findTotpFactor(scope.db, owner.personId);
  const seed = factor && (await opened(keys.dataKeys, scope.db, owner.personId, factor.seed));
  return seed === secrets.totpSecret && passwordMatches(secrets.password, owner.passwordHash);
}

const aboutSeed = (personId: string) => ({ purpose: 'totp-seed', owner: personId }) as const;

/** Undefined when it was sealed under keys that are no longer the installation's. */
const opened = (keys: DataKeys, db: Scope['db'], personId: string, seed: string) =>
  keys.open(db, aboutSeed(personId), seed).catch(() => undefined);
