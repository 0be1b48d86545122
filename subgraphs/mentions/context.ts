import type { Context as SharedContext } from '@chorus/db/context.ts';

export type { CallerScope } from '@chorus/db/context.ts';
export type { Scope } from '@chorus/db/database.ts';

/** What the mentions resolvers reach besides their database. */
export interface Services {
  /** Whether somebody is an active member of a tenant, by what accounts lets everyone know. */
  isMember: (tenantId: string, memberId: string) => Promise<boolean>;
}

export type Context = SharedContext<Services>;
