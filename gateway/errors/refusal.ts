import { AppError, type ErrorCode } from '@chorus/shared/errors.ts';
import type { Problem } from '../request.ts';

export interface RefusalOptions {
  /** When HTTP knows a better status than the code's own. */
  status?: number;
  headers?: Readonly<Record<string, string>>;
  /** All reasons, where there is more than one or where they have a place in the document. */
  problems?: readonly Problem[];
  cause?: unknown;
}

/** A request that ends before anything was executed. */
export class Refusal extends AppError {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, message?: string, options: RefusalOptions = {}) {
    super(code, message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'Refusal';
    this.status = options.status;
    this.headers = options.headers ?? {};
    this.problems = options.problems ?? [{ message: this.message }];
  }
}
