/**
 * Every error a client can see, in one closed table: code, HTTP status when the whole request is refused,
 * the default public sentence, and whether the same request may succeed later.
 */
export const ERRORS = {
  UNAUTHENTICATED: { status: 401, message: 'Sign in to do this.', retryable: false },
  FORBIDDEN: { status: 403, message: 'You are not allowed to do this.', retryable: false },
  MFA_REQUIRED: { status: 401, message: 'Confirm with your second factor to do this.', retryable: false },
  FEATURE_DISABLED: {
    status: 403,
    message: 'This feature is switched off, or not part of your plan.',
    retryable: false,
  },
  QUOTA_EXCEEDED: { status: 403, message: 'The quota for this period is used up.', retryable: false },
  RATE_LIMITED: { status: 429, message: 'Too many requests; try again later.', retryable: true },
  COST_TOO_HIGH: { status: 400, message: 'This operation asks for too much at once.', retryable: false },
  BAD_USER_INPUT: { status: 400, message: 'The input is not valid.', retryable: false },
  BAD_REQUEST: { status: 400, message: 'The request is not a valid GraphQL request.', retryable: false },
  GRAPHQL_PARSE_FAILED: { status: 400, message: 'The document is not valid GraphQL.', retryable: false },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    message: 'The document does not fit the schema.',
    retryable: false,
  },
  PERSISTED_QUERY_NOT_FOUND: { status: 200, message: 'PersistedQueryNotFound', retryable: true },
  PAYLOAD_TOO_LARGE: { status: 413, message: 'The request is too large.', retryable: false },
  NOT_FOUND: { status: 404, message: 'There is no such thing.', retryable: false },
  CONFLICT: { status: 409, message: 'Somebody changed this at the same time; try again.', retryable: true },
  IDEMPOTENCY_MISMATCH: {
    status: 422,
    message: 'This idempotency key was used for other input.',
    retryable: false,
  },
  SUBGRAPH_UNAVAILABLE: {
    status: 503,
    message: 'This part of the service is unavailable right now.',
    retryable: true,
  },
  DEADLINE_EXCEEDED: { status: 504, message: 'The answer took too long.', retryable: true },
  OVERLOADED: { status: 503, message: 'The service is busy; try again shortly.', retryable: true },
  INTERNAL: { status: 500, message: 'Something went wrong on our side.', retryable: true },
} as const satisfies Record<string, { status: number; message: string; retryable: boolean }>;

export type ErrorCode = keyof typeof ERRORS;

export const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === 'string' && Object.hasOwn(ERRORS, code);

/**
 * A failure whose `message` is written for the client; everything internal belongs into `cause`, which only the
 * log sees. `extensions` are public too.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string = ERRORS[code].message,
    options: { cause?: unknown; extensions?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.extensions = options.extensions ?? {};
  }
}

/** The form in which an error reaches a client; the only keys a client ever sees. */
export interface PublicError {
  message: string;
  path?: readonly (string | number)[];
  extensions: { code: ErrorCode; requestId?: string; [key: string]: unknown };
}

/** The AppError in a chain of causes: libraries such as drizzle wrap what is thrown below them. */
export function appErrorIn(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  return error instanceof Error && error.cause !== undefined ? appErrorIn(error.cause) : undefined;
}

/** Anything that is not an AppError becomes INTERNAL with the request id, so that nothing internal leaks. */
export function publicError(error: unknown, requestId?: string): PublicError {
  const known = appErrorIn(error);
  if (known !== undefined && known.code !== 'INTERNAL') {
    return { message: known.message, extensions: { ...known.extensions, code: known.code } };
  }
  return {
    message: ERRORS.INTERNAL.message,
    extensions: { code: 'INTERNAL', ...(requestId === undefined ? {} : { requestId }) },
  };
}
