import { createHash } from 'node:crypto';
import type { SystemRole } from './permissions.ts';

/** The fixed instant up to which demo ids count; ids are the same in every installation. */
const DEMO_EPOCH_MS = Date.UTC(2026, 0, 1);

/** A UUID version 8 that depends on the name alone, so that demo data is the same everywhere. */
export function demoId(name: string): string {
  const time = DEMO_EPOCH_MS.toString(16).padStart(12, '0');
  const hash = createHash('sha256').update(`chorus demo ${name}`).digest('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-8${hash.slice(0, 3)}-a${hash.slice(3, 6)}-${hash.slice(6, 18)}`;
}

export interface DemoTenant {
  id: string;
  slug: string;
  name: string;
  plan: 'free' | 'starter' | 'business';
  /** Who must have a second factor. */
  mfaRoles: readonly SystemRole[];
}

const tenant = (
  slug: string,
  name: string,
  plan: DemoTenant['plan'],
  mfaRoles: readonly SystemRole[] = [],
): DemoTenant => ({ id: demoId(`tenant ${slug}`), slug, name, plan, mfaRoles });

export const DEMO_TENANTS: readonly DemoTenant[] = [
  tenant('acme', 'Acme Airways', 'business'),
  tenant('globex', 'Globex Media', 'starter', ['owner', 'admin']),
  tenant('initech', 'Initech', 'free'),
];

export interface DemoMembership {
  memberId: string;
  tenant: DemoTenant;
  role: SystemRole;
}

export interface DemoPerson {
  personId: string;
  email: string;
  name: string;
  memberships: readonly DemoMembership[];
  /** Enrolled with the installation's one demo secret. */
  totp: boolean;
}

const NAMES: Record<SystemRole, string> = {
  owner: 'Olivia Owner',
  admin: 'Amir Admin',
  analyst: 'Ana Analyst',
  viewer: 'Vic Viewer',
  billing: 'Bo Billing',
};

const membership = (email: string, of: DemoTenant, role: SystemRole): DemoMembership => ({
  memberId: demoId(`member ${email} ${of.slug}`),
  tenant: of,
  role,
});

function person(email: string, name: string, memberships: readonly DemoMembership[]): DemoPerson {
  const totp = memberships.some(({ role }) => role === 'owner' || role === 'admin');
  return { personId: demoId(`person ${email}`), email, name, memberships, totp };
}

const byRole = DEMO_TENANTS.flatMap((of) =>
  (Object.keys(NAMES) as SystemRole[]).map((role) => {
    const email = `${role}@${of.slug}.test`;
    return person(email, NAMES[role], [membership(email, of, role)]);
  }),
);

const [acme, globex] = DEMO_TENANTS as [DemoTenant, DemoTenant];

/** Everybody who can sign in to a tenant of the demo. */
export const DEMO_PEOPLE: readonly DemoPerson[] = [
  ...byRole,
  person('multi@chorus.test', 'Mo Multi', [
    membership('multi@chorus.test', acme, 'viewer'),
    membership('multi@chorus.test', globex, 'admin'),
  ]),
];

/** Who opens tenants in the demo; signs in by `staffSignIn`. */
export const DEMO_STAFF = {
  personId: demoId('person staff@chorus.test'),
  memberId: demoId('member staff@chorus.test platform'),
  email: 'staff@chorus.test',
  name: 'Stella Staff',
} as const;

/** Random per installation, kept with mode 0600 and printed at the start. */
export interface DemoSecrets {
  password: string;
  totpSecret: string;
}

/** `.data/demo.json`: how scripts and people get into the demo. */
export interface DemoCredentials extends DemoSecrets {
  gatewayUrl: string;
  users: { email: string; tenant: string; role: SystemRole }[];
  /** The address of the platform's staff. */
  staff: string;
  apiKeys: { tenant: string; scopes: string[]; key: string }[];
}
