import { randomUUIDv7 } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A new time-ordered id (UUID version 7). */
export const newId = (): string => randomUUIDv7();

/** Whether a client's id can exist at all; asked before a database sees it. */
export const isId = (id: string): boolean => UUID.test(id);
