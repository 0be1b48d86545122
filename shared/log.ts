import { pino, stdTimeFunctions, type Logger, type LoggerOptions } from 'pino';

export type { Logger } from 'pino';

/** Paths whose values never reach a log line, whatever logs them. */
const SECRETS = [
  'authorization',
  'cookie',
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'secret',
  'key',
  'code',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

interface LoggedError {
  type: string;
  message: string;
  errorCode?: unknown;
  stack?: string;
  cause?: LoggedError | string;
}

/** Database errors carry the values of their statement; a log must never hold those. */
const withoutValues = (text: string): string => text.replaceAll(/\nparams: [^\n]*/g, '');

/** An error with its causes, and nothing else of what libraries hang onto it. */
function serializeError(error: unknown): LoggedError | string {
  if (!(error instanceof Error)) return typeof error;
  return {
    type: error.name,
    message: withoutValues(error.message),
    ...('code' in error ? { errorCode: error.code } : {}),
    ...(error.stack === undefined ? {} : { stack: withoutValues(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: serializeError(error.cause) }),
  };
}

export const logOptions = (name: string, level: string): LoggerOptions => ({
  name,
  level,
  base: { name, pid: process.pid },
  redact: { paths: SECRETS, censor: '[redacted]' },
  timestamp: stdTimeFunctions.isoTime,
  serializers: { error: serializeError },
});

/** JSON lines on standard output; errors are logged with their causes, which clients never see. */
export const createLog = (name: string, level = process.env['LOG_LEVEL'] ?? 'info'): Logger =>
  pino(logOptions(name, level));
