/** A setting that is wrong: the process stops with this one sentence and exit code 78 (`EX_CONFIG`). */
export class ConfigError extends Error {
  static readonly exitCode = 78;

  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

/** Typed reading of environment variables; every refusal names the variable. */
export function environment(env: Readonly<Record<string, string | undefined>>) {
  const optional = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);

  const required = (name: string): string => {
    const value = optional(name);
    if (value === undefined) throw new ConfigError(`${name} is not set.`);
    return value;
  };

  const integer = (name: string, fallback: number, { min, max }: { min: number; max: number }): number => {
    const text = optional(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new ConfigError(`${name} must be a whole number from ${min} to ${max}, not "${text}".`);
  };

  return {
    optional,
    required,
    integer,
    port: (name: string, fallback: number) => integer(name, fallback, { min: 0, max: 65_535 }),
    list: (name: string): string[] =>
      (optional(name) ?? '')
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    /** A database address; the value itself is never repeated, since it holds a password. */
    databaseUrl: (name: string): string => {
      const value = required(name);
      if (/^postgres(ql)?:\/\/\S+$/.test(value) && URL.canParse(value)) return value;
      throw new ConfigError(`${name} must look like postgres://user:password@host:5432/database.`);
    },
    /** Where Redis is, if anywhere; the value itself is never repeated, since it holds a password. */
    redisUrl: (name: string): string | undefined => {
      const value = optional(name);
      if (value === undefined) return undefined;
      if (!isRedisUrl(value))
        throw new ConfigError(`${name} must look like rediss://user:password@host:6379/0.`);
      const { protocol, hostname } = new URL(value);
      if (env['NODE_ENV'] !== 'production' || protocol === 'rediss:' || LOOPBACK.test(hostname)) return value;
      throw new ConfigError(`${name} must use rediss: in production, unless Redis is on this machine.`);
    },
    secret: (name: string, bytes: number, encoding: 'hex' | 'base64'): Buffer =>
      secretBytes(name, required(name), bytes, encoding),
    /** Several, separated by commas: the one in use, and those before it. */
    secrets: (name: string, bytes: number, encoding: 'hex' | 'base64'): [Buffer, ...Buffer[]] => {
      const [first = '', ...rest] = required(name).split(',');
      const read = (text: string) => secretBytes(name, text.trim(), bytes, encoding);
      return [read(first), ...rest.map(read)];
    },
    production: env['NODE_ENV'] === 'production',
  };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

function isRedisUrl(value: string): boolean {
  if (!/^rediss?:\/\/\S+$/.test(value) || !URL.canParse(value)) return false;
  const { hostname, pathname, search, hash, username, password } = new URL(value);
  const isEncoded = [username, password].every((text) => !/%(?![\da-f]{2})/i.test(text));
  return hostname !== '' && isEncoded && /^(?:\/\d{0,4})?$/.test(pathname) && search + hash === '';
}

/** Secret bytes of a fixed length; the text itself is never repeated. */
function secretBytes(name: string, text: string, bytes: number, encoding: 'hex' | 'base64'): Buffer {
  const value = Buffer.from(text, encoding);
  if (value.length === bytes) return value;
  throw new ConfigError(`${name} must be ${bytes} bytes in ${encoding}.`);
}

export type Environment = ReturnType<typeof environment>;
