/** How a permission is described, and how sure of its user it must be; `maxAge` is the age in seconds a second factor may have. */
type Entry = { group: string; description: string; dangerous: boolean } & (
  | { assurance: 'pwd' }
  | { assurance: 'mfa'; maxAge: number }
);

const ordinary = (group: string, description: string) =>
  ({ group, description, dangerous: false, assurance: 'pwd' }) as const;
/** For what cannot be taken back, or gives power to others. */
const dangerous = (group: string, description: string) =>
  ({ group, description, dangerous: true, assurance: 'mfa', maxAge: 900 }) as const;

/** Everything a role can allow. The catalogue is owned by code; roles, keys and schemas refer to it by type. */
export const PERMISSIONS = {
  'tenant.read': ordinary('Tenant', 'See the tenant and its settings.'),
  'security.manage': dangerous('Tenant', 'Change the rules for sign-in, second factors and sessions.'),
  'features.manage': dangerous('Tenant', 'Switch features of the plan on and off for the tenant.'),
  'audit.read': ordinary('Tenant', 'Read the audit log.'),
  'request.explain': ordinary('Tenant', 'See why a request was answered as it was.'),
  'members.read': ordinary('Members', 'See the members of the tenant.'),
  'members.manage': dangerous('Members', 'Invite, change and remove members.'),
  'roles.read': ordinary('Members', 'See roles, groups and who holds them.'),
  'roles.manage': dangerous('Members', 'Create, change, assign and delete roles and groups.'),
  'keys.read': ordinary('Members', 'See API keys and when they were used.'),
  'keys.manage': dangerous('Members', 'Create, rotate and revoke API keys.'),
  'mentions.read': ordinary('Mentions', 'Read posts and mentions and search pages.'),
  'mentions.manage': ordinary('Mentions', 'Tag, assign and triage mentions.'),
  'trackers.read': ordinary('Trackers', 'See what is tracked.'),
  'trackers.manage': ordinary('Trackers', 'Create, change and delete trackers.'),
  'reports.read': ordinary('Reports', 'Read rollups, dashboards and reports.'),
  'billing.read': ordinary('Billing', 'See plan, subscription, usage and invoices.'),
  'billing.manage': dangerous('Billing', 'Change plan and payment.'),
  'usage.record': ordinary('Billing', 'Record what was used, as programs do.'),
} as const satisfies Record<string, Entry>;

/** What the staff of the platform may do; no role of a tenant and no API key can hold any of it. */
export const PLATFORM_PERMISSIONS = {
  'platform.tenants.read': { ...ordinary('Platform', 'See all tenants.'), assurance: 'mfa', maxAge: 43_200 },
  'platform.tenants.create': dangerous('Platform', 'Open a tenant and invite its owner.'),
  'platform.tenants.suspend': dangerous('Platform', 'Suspend a tenant and take it back.'),
  'platform.tenants.price': dangerous(
    'Platform',
    'Set the prices of a tenant or of a group of customers, and move a tenant to another group.',
  ),
  'platform.plans.manage': dangerous('Platform', 'Make versions of plans, and prices for all tenants.'),
  'platform.flags.read': {
    ...ordinary('Platform', 'See all flags and what is different in a tenant.'),
    assurance: 'mfa',
    maxAge: 43_200,
  },
  'platform.flags.manage': dangerous(
    'Platform',
    'Change flags, switch them off, and force them for a tenant.',
  ),
} as const satisfies Record<`platform.${string}`, Entry & { assurance: 'mfa' }>;

/** What a role of a tenant can hold. */
export type Permission = keyof typeof PERMISSIONS;
export type PlatformPermission = keyof typeof PLATFORM_PERMISSIONS;

/** All a tenant can hand out; those of the platform are not among them. */
export const ALL_PERMISSIONS = Object.keys(PERMISSIONS) as Permission[];
export const ALL_PLATFORM_PERMISSIONS = Object.keys(PLATFORM_PERMISSIONS) as PlatformPermission[];

/** Whether a role or key of a tenant can hold it; asked of every key that comes from outside. */
export const isTenantPermission = (key: string): key is Permission => Object.hasOwn(PERMISSIONS, key);
export const isPlatformPermission = (key: string): key is PlatformPermission =>
  Object.hasOwn(PLATFORM_PERMISSIONS, key);
/** Whether the catalogue knows it at all; what a tenant can hold is asked of `isTenantPermission`. */
export const isPermission = (key: string): key is Permission | PlatformPermission =>
  isTenantPermission(key) || isPlatformPermission(key);

/** The locked roles every tenant has. */
export const SYSTEM_ROLES = {
  owner: ALL_PERMISSIONS,
  admin: ALL_PERMISSIONS.filter((permission) => permission !== 'billing.manage'),
  analyst: [
    'tenant.read',
    'members.read',
    'mentions.read',
    'mentions.manage',
    'trackers.read',
    'trackers.manage',
    'reports.read',
  ],
  viewer: ['tenant.read', 'members.read', 'mentions.read', 'trackers.read', 'reports.read'],
  billing: ['tenant.read', 'billing.read', 'billing.manage'],
} as const satisfies Record<string, readonly Permission[]>;

/** The roles of the platform's own tenant; no other tenant has them. */
export const PLATFORM_ROLES = {
  staff: ALL_PLATFORM_PERMISSIONS,
} as const satisfies Record<string, readonly PlatformPermission[]>;

export type SystemRole = keyof typeof SYSTEM_ROLES;

export const isSystemRole = (name: string): name is SystemRole => Object.hasOwn(SYSTEM_ROLES, name);

export const isPlatformRole = (name: string): name is keyof typeof PLATFORM_ROLES =>
  Object.hasOwn(PLATFORM_ROLES, name);

/** What roles of the platform's own tenant allow together; unknown names allow nothing. */
export const platformPermissionsOf = (roles: readonly string[]): PlatformPermission[] => [
  ...new Set(roles.filter(isPlatformRole).flatMap((role) => PLATFORM_ROLES[role])),
];

/** How sure of its user a permission must be. */
export const assuranceOf = (permission: Permission | PlatformPermission): Entry =>
  isPlatformPermission(permission) ? PLATFORM_PERMISSIONS[permission] : PERMISSIONS[permission];
