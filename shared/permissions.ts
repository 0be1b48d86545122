/** Everything a role can allow. The catalogue is owned by code; roles, keys and schemas refer to it by type. */
export const PERMISSIONS = {
  'tenant.read': { group: 'Tenant', description: 'See the tenant and its settings.' },
  'members.read': { group: 'Members', description: 'See the members of the tenant.' },
  'members.manage': { group: 'Members', description: 'Invite, change and remove members.' },
  'mentions.read': { group: 'Mentions', description: 'Read posts and mentions and search pages.' },
  'mentions.manage': { group: 'Mentions', description: 'Tag, assign and triage mentions.' },
  'trackers.read': { group: 'Trackers', description: 'See what is tracked.' },
  'trackers.manage': { group: 'Trackers', description: 'Create, change and delete trackers.' },
  'reports.read': { group: 'Reports', description: 'Read rollups, dashboards and reports.' },
  'billing.read': { group: 'Billing', description: 'See plan, subscription, usage and invoices.' },
  'billing.manage': { group: 'Billing', description: 'Change plan and payment.' },
} as const satisfies Record<string, { group: string; description: string }>;

export type Permission = keyof typeof PERMISSIONS;

export const ALL_PERMISSIONS = Object.keys(PERMISSIONS) as Permission[];

export const isPermission = (key: string): key is Permission => Object.hasOwn(PERMISSIONS, key);

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

export type SystemRole = keyof typeof SYSTEM_ROLES;

export const isSystemRole = (name: string): name is SystemRole => Object.hasOwn(SYSTEM_ROLES, name);

/** What a set of roles allows together; unknown names allow nothing. */
export function permissionsOf(roles: readonly string[]): Permission[] {
  const granted = new Set<Permission>();
  for (const role of roles) {
    if (isSystemRole(role)) for (const permission of SYSTEM_ROLES[role]) granted.add(permission);
  }
  return [...granted].toSorted();
}
