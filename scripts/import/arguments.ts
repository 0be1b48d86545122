import { accessSync, constants, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { errorCode } from '@chorus/db/start-error.ts';
import { FORMATS, formatNamed } from '@chorus/mentions/sources/formats.ts';
import type { Format } from '@chorus/mentions/sources/source.ts';

/** What is wrong with a command line, in one sentence for who typed it. */
export class UsageError extends Error {}

export interface ImportArguments {
  path: string;
  bytes: number;
  tenant: string;
  format: Format | undefined;
}

const USAGE = 'npm run import -- FILE --tenant NAME [--format FORMAT]';

export function importArguments(args: readonly string[]): ImportArguments {
  const { positionals, values } = parsed(args);
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError(`Name one file: ${USAGE}`);
  if (values.tenant === undefined) throw new UsageError(`Name the tenant, such as --tenant acme: ${USAGE}`);
  const format = values.format === undefined ? undefined : formatNamed(values.format);
  if (values.format !== undefined && format === undefined) {
    const known = FORMATS.map(({ name }) => name).join(', ');
    throw new UsageError(`There is no format "${values.format}"; there are ${known}.`);
  }
  return { path, bytes: sizeOf(path), tenant: values.tenant, format };
}

function parsed(args: readonly string[]) {
  try {
    const options = { tenant: { type: 'string' }, format: { type: 'string' } } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch {
    throw new UsageError(`The command line is ${USAGE}`);
  }
}

function sizeOf(path: string): number {
  try {
    const stat = statSync(path);
    accessSync(path, constants.R_OK);
    if (stat.isFile()) return stat.size;
  } catch (error) {
    const denied = errorCode(error) === 'EACCES';
    throw new UsageError(denied ? `The file ${path} may not be read.` : `There is no file ${path}.`);
  }
  throw new UsageError(`${path} is not a file.`);
}
