import type { Caller } from '../request.ts';

/** Turns a bearer credential into its caller. @throws AppError UNAUTHENTICATED */
export type Credential = (token: string) => Caller | Promise<Caller>;
