import type { Caller } from '../caller.ts';

/** Turns a bearer credential, sent from an address, into its caller. @throws AppError UNAUTHENTICATED */
export type Credential = (token: string, address: string) => Caller | Promise<Caller>;
