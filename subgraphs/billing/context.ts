import type { Context as SharedContext } from '@chorus/db/context.ts';

export type { Scope } from '@chorus/db/database.ts';

/** What the billing resolvers reach besides their database. */
export interface Services {
  /** How many members of a tenant are active, as accounts told last; undefined when it never did. */
  membersInUse: (tenantId: string) => Promise<number | undefined>;
}

export type Context = SharedContext<Services>;
