import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Binaries, POSTGRES_MAJOR } from './embedded-binaries.ts';
import { readState, writeState } from './embedded-state.ts';
import { isOpenTo, type ServerUser, serverUser, ownerOf } from './embedded-user.ts';
import { errorCode, fileError, StartError } from './start-error.ts';

/** The data folder of the server and who runs it. */
export interface Cluster {
  directory: string;
  password: string;
  user: ServerUser | undefined;
}

/** Where the cluster of `dataDir` is or will be, and who runs it. */
export interface Place {
  directory: string;
  user: ServerUser | undefined;
  exists: boolean;
}

/** The cluster that state.json names; else a new place, outside when the server's user cannot reach `dataDir`. */
export async function placeOf(dataDir: string): Promise<Place> {
  const own = await realpath(dataDir);
  const state = await readState(dataDir);
  const moved = state?.home !== undefined && state.home !== own && !existsSync(state.home);
  if (state && (state.home === own || moved || state.directory === undefined)) {
    const directory = state.directory ?? join(own, `pg${POSTGRES_MAJOR}`);
    if (existsSync(directory)) {
      const user = ownerOf(directory);
      if (isOpenTo(user, dirname(directory))) return { directory, user, exists: true };
      throw new StartError(
        `The database files in ${directory} cannot be reached by their owner: open the folders above.`,
      );
    }
  }
  const user = serverUser();
  const base = isOpenTo(user, own) ? own : join('/var/lib/chorus', hashOf(own));
  return { directory: join(base, `pg${POSTGRES_MAJOR}`), user, exists: false };
}

const hashOf = (path: string) => createHash('sha256').update(path).digest('hex').slice(0, 16);

/** Makes a folder that others may pass but not list, whatever the umask is; an existing one is left as it is. */
export async function makeFolder(path: string) {
  if (existsSync(path)) return;
  if (!existsSync(dirname(path))) await makeFolder(dirname(path));
  try {
    await mkdir(path);
    await chmod(path, 0o711);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw fileError(error, path);
  }
}

/** The cluster at `place`, made now if it does not exist; a failure leaves nothing half-made. */
export async function prepareCluster(
  dataDir: string,
  place: Place,
  binaries: Binaries,
  options: { durable: boolean; onProgress: (line: string) => void },
): Promise<Cluster> {
  const { directory, user } = place;
  const state = await readState(dataDir);
  if (place.exists && state) return { directory, password: state.password, user };
  await makeFolder(dirname(directory));
  await removeUnfinished(directory);
  if (existsSync(directory)) await setAside(directory, options.onProgress);
  options.onProgress('database: creating its files');
  const password = randomBytes(24).toString('hex');
  const unfinished = `${directory}.new-${process.pid}`;
  try {
    await initialise(unfinished, password, user, binaries, options.durable);
    const home = await realpath(dataDir);
    const inside = dirname(directory) === home;
    await writeState(dataDir, { home, password, ...(inside ? {} : { directory }) });
    await rename(unfinished, directory);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw fileError(error, dirname(directory));
  }
  return { directory, password, user };
}

async function removeUnfinished(directory: string) {
  const folder = dirname(directory);
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${basename(directory)}.new-`)) await rm(join(folder, name), { recursive: true });
  }
}

/** Files whose password went with an earlier state.json are kept once; without its pid file their server ends. */
async function setAside(directory: string, onProgress: (line: string) => void) {
  const aside = `${directory}.old`;
  onProgress(`database: ${directory} is of an earlier installation; moved to ${aside}`);
  await rm(aside, { recursive: true, force: true });
  await rename(directory, aside);
  await rm(join(aside, 'postmaster.pid'), { force: true });
}

const run = promisify(execFile);

async function initialise(
  directory: string,
  password: string,
  user: ServerUser | undefined,
  { initdb }: Binaries,
  durable: boolean,
) {
  const passwordFile = `${directory}.password`;
  await mkdir(directory, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user) await Promise.all([directory, passwordFile].map((path) => chown(path, user.uid, user.gid)));
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '-E', 'UTF8'];
  const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const args = ['-D', directory, ...locale, ...access, '--no-instructions', ...(durable ? [] : ['-N'])];
  try {
    await run(initdb, args, { cwd: '/', env: { LC_ALL: 'C', TZ: 'UTC' }, ...user });
  } catch (error) {
    throw initialiseError(error, directory);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function initialiseError(error: unknown, directory: string): unknown {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  if (/No space left|Disk quota/.test(stderr)) {
    return new StartError(`The disk that holds ${dirname(directory)} is full.`, { cause: error });
  }
  const last = stderr.split('\n').slice(-3).join(' ');
  return new StartError(
    `The database could not be created in ${dirname(directory)}: ${last || String(error)}`,
    {
      cause: error,
    },
  );
}
