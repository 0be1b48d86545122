import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartError } from './start-error.ts';

/** The account the server runs as when we are root, whom PostgreSQL refuses. */
export interface ServerUser {
  uid: number;
  gid: number;
}

const PREFERRED = ['nobody', 'postgres', 'daemon'];

/** Undefined when we are not root and the server simply runs as ourselves. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of PREFERRED) {
    const account = accounts.find((fields) => fields[0] === name);
    if (account) return { uid: Number(account[2]) >>> 0, gid: Number(account[3]) >>> 0 };
  }
  throw new StartError(
    'PostgreSQL does not run as root and this machine has no user "nobody": start as another user.',
  );
}

/** The owner of an existing data folder, since the server accepts no other; undefined when that is ourselves. */
export function ownerOf(directory: string): ServerUser | undefined {
  const { uid, gid } = statSync(directory);
  const own = process.getuid?.();
  if (own === undefined || uid === own) return undefined;
  if (own === 0) return { uid, gid };
  throw new StartError(
    `The database files in ${directory} belong to another user (uid ${uid}): start as that user or remove the folder.`,
  );
}

/** True when `user` can pass every folder down to `path`; folders that do not exist yet will be made open. */
export function isOpenTo(user: ServerUser | undefined, path: string): boolean {
  if (user === undefined) return true;
  let folder: string;
  try {
    folder = realpathSync(path);
  } catch {
    return isOpenTo(user, dirname(path));
  }
  for (;;) {
    const { mode, uid, gid } = statSync(folder);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
    folder = dirname(folder);
  }
}
