import type { Context as SharedContext } from '@chorus/db/context.ts';

export type { CallerScope } from '@chorus/db/context.ts';
export type { Scope } from '@chorus/db/database.ts';

/** What the reporting resolvers reach besides their database: nothing yet. */
export type Services = undefined;

export type Context = SharedContext<Services>;
