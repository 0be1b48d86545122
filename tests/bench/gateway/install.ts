/** The packages of the peers, which nothing but this benchmark needs. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say } from './progress.ts';

export const PEERS = join(import.meta.dirname, 'peers');
const STAMP = join(PEERS, 'node_modules/.installed');

const fileOr = (file: string, otherwise: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
};

/** Installs them unless those of the lockfile are there. @throws when npm does not succeed */
export function installPeers(): void {
  const lock = createHash('sha256')
    .update(readFileSync(join(PEERS, 'package-lock.json')))
    .digest('hex');
  if (fileOr(STAMP, '') === lock) return;
  say('installing the packages of the other gateways (npm ci, about 700 MB)');
  const { status } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: PEERS,
      stdio: ['ignore', 2, 2],
    },
  );
  if (status !== 0) throw new Error('The other gateways could not be installed.');
  writeFileSync(STAMP, lock);
}

/** The version of a package that a peer gets: its own, or the repository's where none is installed for it. */
export function versionOf(name: string): string {
  const place = ['.', '../../../..'].find((folder) => existsSync(join(PEERS, folder, 'node_modules', name)));
  const file = join(PEERS, place ?? '.', 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
