/** Exit code of a process that cannot work until somebody changes its configuration (EX_CONFIG of sysexits). */
export const EXIT_CONFIGURATION = 78;

/** A start that cannot go on; `message` is the one sentence its operator reads, without a stack. */
export class StartError extends Error {
  readonly exitCode: number;

  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StartError';
    this.exitCode = options.exitCode ?? 1;
  }
}

const REASONS: Record<string, (path: string) => string> = {
  ENOSPC: (path) => `The disk that holds ${path} is full.`,
  '53100': (path) => `The disk that holds ${path} is full.`,
  EDQUOT: (path) => `The disk quota for ${path} is used up.`,
  EROFS: (path) => `${path} is on a read-only disk.`,
  EACCES: (path) => `${path} is not accessible for this user.`,
  EPERM: (path) => `${path} may not be changed by this user.`,
  ENOTDIR: (path) => `${path} cannot be made because a part of its path is a file.`,
};

/** The system's code of a failed call, if it is one. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Turns a failure of the file system under `path` into a sentence; anything else stays what it is. */
export function fileError(error: unknown, path: string): unknown {
  const sentence = REASONS[errorCode(error) ?? ''];
  return sentence === undefined ? error : new StartError(sentence(path), { cause: error });
}
