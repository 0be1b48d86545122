/** One event on the bus: a CloudEvents 1.0 envelope with a gapless-enough, increasing `sequence` per source. */
export interface BusEvent {
  source: string;
  sequence: number;
  id: string;
  type: string;
  tenantId: string;
  /** RFC 3339. */
  time: string;
  data: unknown;
}

export type NewEvent = Omit<BusEvent, 'source' | 'sequence'>;

/** The latest state another service may know of a tenant; `tenantId` is `GLOBAL` for installation-wide records. */
export interface BusRecord {
  kind: string;
  tenantId: string;
  version: number;
  body: unknown;
}

/** What a tenant may use of something in a period, by all who serve it together. */
export interface Allowance {
  tenantId: string;
  meter: string;
  /** Sorts after those before it; each begins at nothing. */
  period: string;
  limit: number;
}

/** Stands in the tenant column of records that belong to the installation, such as the JWKS. */
export const GLOBAL = '00000000-0000-0000-0000-000000000000';

export interface BusListener {
  /** A record changed; it may have changed again by the time it is read. */
  onRecord?(kind: string, tenantId: string): void;
  /** A source has new events. */
  onEvents?(source: string): void;
  /** The bus is alive and everything published before this moment has been notified. */
  onHeartbeat?(): void;
  /** The connection was lost and is back: notifications may have been missed. */
  onReconnect?(): void;
}

/** How services reach each other without asking each other: append-only events and last-value records. */
export interface EventBus {
  /**
   * Appends in the given order; an id that the source already appended is skipped, so a relay may repeat itself. Several
   * may append to one source at once.
   */
  append(source: string, events: readonly NewEvent[]): Promise<void>;
  /** Events of a source after `sequence`, oldest first; with `types` only those. */
  read(source: string, sequence: number, limit: number, types?: readonly string[]): Promise<BusEvent[]>;
  /** The sequence of the last event of each source: whatever is appended from now on comes after it. */
  positions(): Promise<ReadonlyMap<string, number>>;
  /** Remembers how far a consumer is, for lag metrics and retention; the consumer's own database decides. */
  advance(consumer: string, source: string, sequence: number): Promise<void>;
  /** Stores a record unless a newer version is there. */
  putRecord(record: BusRecord): Promise<void>;
  record(kind: string, tenantId: string): Promise<BusRecord | undefined>;
  /** Takes up to so much of what is left and answers how much that was: all together never get more than the limit. */
  take(allowance: Allowance, amount: number): Promise<number>;
  /** Gives back what was taken and not used. */
  giveBack(allowance: Allowance, amount: number): Promise<void>;
  /** Resolves once listening; the returned function stops. Heartbeats come every 500 ms while the bus is reachable. */
  listen(listener: BusListener): Promise<() => Promise<void>>;
  close(): Promise<void>;
}
