import { SYSTEM_ROLES, type SystemRole } from '@chorus/shared/permissions.ts';
import type { RoleRow } from './roles.table.ts';

const DESCRIPTIONS: Readonly<Record<SystemRole, string>> = {
  owner: 'May do everything. A tenant always has one.',
  admin: 'May do everything but change plan and payment.',
  analyst: 'Reads and triages mentions, and decides what is tracked.',
  viewer: 'Sees members, mentions, trackers and reports, and changes nothing.',
  billing: 'Sees and changes plan and payment, and nothing else.',
};

/** The locked roles as rows, which no tenant can change. */
export const SYSTEM_ROLE_ROWS: ReadonlyMap<string, RoleRow> = new Map(
  (Object.keys(SYSTEM_ROLES) as SystemRole[]).map((name) => [
    name,
    {
      id: name,
      name,
      description: DESCRIPTIONS[name],
      grants: SYSTEM_ROLES[name].map((permission) => ({ effect: 'allow', permission })),
    },
  ]),
);
