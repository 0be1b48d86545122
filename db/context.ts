import DataLoader from 'dataloader';
import { sql } from 'drizzle-orm';
import {
  abilityOf,
  allows,
  allRowsAllowed,
  fieldAllowed,
  hasFieldRules,
  rowAllowed,
  type Ability,
  type TenantRow,
} from '@chorus/shared/ability.ts';
import { requireAssurance } from '@chorus/shared/assurance.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Identity } from '@chorus/shared/identity.ts';
import { INVALIDATED, type Invalidation } from '@chorus/shared/invalidation.ts';
import type { Permission, PlatformPermission } from '@chorus/shared/permissions.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import type { SubgraphRequest } from '@chorus/shared/subgraph.ts';
import type { Database, Scope } from './database.ts';
import { outbox } from './outbox.table.ts';
import type { Db } from './pipeline.ts';

/** A scope that knows whom it serves: what a statement takes whose rows the caller's rules narrow (`callerRows`). */
export interface CallerScope extends Scope {
  readonly ability: Ability;
}

/** Loads many by id in one statement; ids without a row are missing from the map. */
export type BatchLoad<Id, T> = (scope: CallerScope, ids: readonly Id[]) => Promise<ReadonlyMap<Id, T>>;

/** An open transaction: the scope for queries, and the outbox for what others must learn once it is committed. */
export interface Transaction extends Scope {
  emit(type: string, data: unknown): Promise<void>;
  /** Tells the gateways what they need not keep any longer of this tenant; once, with all that the transaction changes. */
  outdate(invalidations: readonly Invalidation[]): Promise<void>;
}

/** Something a request was denied, and why. */
export interface Denial {
  permission: Permission | PlatformPermission;
  reason: 'forbidden' | 'mfa-required';
}

/** The transaction of a request. */
export type CallerTransaction = Transaction & CallerScope;

/** What is found out about somebody who is served, and for them only. */
interface Served {
  readonly identity: Identity;
  ability?: Ability;
  db?: Db;
  batched?: Db;
  /** What they were denied, each once, for the audit log. */
  readonly denied: Map<Denial['permission'], Denial['reason']>;
  readonly loaders: Map<unknown, DataLoader<unknown, unknown>>;
}

const serving = (identity: Identity): Served => ({ identity, denied: new Map(), loaders: new Map() });

/** What a context finds out as it goes. One object, because Apollo Server resolves with a shallow copy of the context. */
interface State {
  inTransaction: boolean;
  isChanged: boolean;
  /** The caller first, then the holders of sessions it opened. */
  readonly everybody: [Served, ...Served[]];
  now: Served;
}

/** What one request may do and reach. Lives as long as the request; `services` is what the subgraph adds. */
export class Context<Services = unknown> implements CallerScope {
  readonly request: SubgraphRequest;
  readonly database: Database;
  readonly services: Services;
  private readonly state: State;

  constructor(database: Database, request: SubgraphRequest, services: Services) {
    this.database = database;
    this.request = request;
    this.services = services;
    const caller = serving(request.identity);
    this.state = { inTransaction: false, isChanged: false, everybody: [caller], now: caller };
  }

  /** Whom the request serves: its caller, and below a session that it opened the holder of that. */
  get identity(): Identity {
    return this.state.now.identity;
  }

  /** Until the next root field; nothing found out for the one is there for the other. */
  become(holder: Identity): void {
    this.state.now = serving(holder);
    this.state.everybody.push(this.state.now);
  }

  /** Every root field is the caller's own, whatever one before it opened. */
  becomeCaller(): void {
    this.state.now = this.state.everybody[0];
  }

  /** Notes that what gateways keep may be wrong from now on. */
  change(): void {
    this.state.isChanged = true;
  }

  get isChanged(): boolean {
    return this.state.isChanged;
  }

  /** Staff act in the platform's own tenant. @throws AppError UNAUTHENTICATED when nobody is signed in. */
  get tenantId(): string {
    if (this.identity.kind === 'staff') return PLATFORM_TENANT;
    if (this.identity.tenantId === null) throw new AppError('UNAUTHENTICATED');
    return this.identity.tenantId;
  }

  /** Each awaited statement is its own transaction of the caller's tenant. */
  get db(): Db {
    if (this.state.inTransaction)
      throw new Error('ctx.db used inside ctx.transaction; use the scope it passes');
    this.state.now.db ??= this.database.statements(this.tenantId);
    return this.state.now.db;
  }

  /** What the caller may do, for rows and fields. */
  get ability(): Ability {
    this.state.now.ability ??= abilityOf(this.identity.rules);
    return this.state.now.ability;
  }

  /** What was denied so far, and to whom. */
  get denied(): { identity: Identity; denials: Denial[] }[] {
    return this.state.everybody
      .filter(({ denied }) => denied.size > 0)
      .map(({ identity, denied }) => ({
        identity,
        denials: [...denied].map(([permission, reason]) => ({ permission, reason })),
      }));
  }

  /**
   * Refuses callers without the permission, or not as sure of themselves as it asks; rows and fields are filtered
   * further on.
   * @throws AppError UNAUTHENTICATED, FORBIDDEN, or MFA_REQUIRED with `stepUp`
   */
  require(permission: Permission | PlatformPermission): void {
    if (this.identity.kind === 'anonymous') throw new AppError('UNAUTHENTICATED');
    if (!allows(this.ability, permission)) throw this.denial(permission);
    try {
      requireAssurance(this.identity, permission);
    } catch (error) {
      const confirmable = error instanceof AppError && error.code === 'MFA_REQUIRED';
      this.state.now.denied.set(permission, confirmable ? 'mfa-required' : 'forbidden');
      throw error;
    }
  }

  /** Refuses a row the caller's rules leave out. */
  requireRow(permission: Permission, row: TenantRow): void {
    if (!rowAllowed(this.ability, permission, row)) throw this.denial(permission);
  }

  /** Refuses a field of a row the caller may see otherwise; callers without rules about fields pay nothing. */
  requireField(permission: Permission, row: TenantRow, field: string): void {
    if (!hasFieldRules(this.ability, permission)) return;
    if (!fieldAllowed(this.ability, permission, row, field)) throw this.denial(permission);
  }

  /** Refuses callers whose rules leave out rows or fields, for answers from which neither could be left out. */
  requireUnlimited(permission: Permission): void {
    this.require(permission);
    const { ability, tenantId } = this;
    if (hasFieldRules(ability, permission) || !allRowsAllowed(ability, permission, tenantId))
      throw this.denial(permission);
  }

  /** The refusal of something that needs the permission, noted for the audit log. */
  denial(permission: Permission | PlatformPermission, message?: string): AppError {
    this.state.now.denied.set(permission, 'forbidden');
    return new AppError('FORBIDDEN', message);
  }

  /** All loads of one tick become one statement per batch function, and one transaction together. */
  load<Id, T>(batch: BatchLoad<Id, T>, id: Id): Promise<T | undefined> {
    const { now } = this.state;
    let loader = now.loaders.get(batch) as DataLoader<Id, T | undefined> | undefined;
    if (loader === undefined) {
      now.batched ??= this.database.batched(this.tenantId);
      const scope = { db: now.batched, tenantId: this.tenantId, ability: this.ability };
      loader = new DataLoader(
        async (ids) => {
          const found = await batch(scope, ids);
          return ids.map((wanted) => found.get(wanted));
        },
        { maxBatchSize: 1_000 },
      );
      now.loaders.set(batch, loader);
    }
    return loader.load(id);
  }

  /** The only way to change several rows at once; not nested, and what was loaded before is forgotten. */
  async transaction<T>(work: (transaction: CallerTransaction) => Promise<T>): Promise<T> {
    if (this.state.inTransaction) throw new Error('ctx.transaction is not nested');
    this.state.inTransaction = true;
    try {
      const { ability } = this;
      return await transactionOf(this.database, this.tenantId, (transaction) =>
        work({ ...transaction, ability }),
      );
    } finally {
      this.state.inTransaction = false;
      this.state.now.loaders.clear();
    }
  }
}

/** The same for code without a request: workers, imports, and sign-in before a tenant is known to the caller. */
export function transactionOf<T>(
  database: Database,
  tenantId: string,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  return database.transaction(tenantId, (db) => work(transactionOver(db, tenantId)));
}

/** Goes on in another tenant, for what concerns a person in all of them at once; the tenant before is left. */
export async function inTenant({ db }: Transaction, tenantId: string): Promise<Transaction> {
  await db.execute(sql`select set_config('app.tenant_id', ${tenantId}, true)`);
  return transactionOver(db, tenantId);
}

function transactionOver(db: Db, tenantId: string): Transaction {
  const emit = async (type: string, data: unknown) => {
    await db.insert(outbox).values({ id: newId(), tenantId, type, data });
  };
  return { db, tenantId, emit, outdate: (invalidations) => emit(INVALIDATED, invalidations) };
}
