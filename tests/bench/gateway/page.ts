/** What the pages with figures have in common. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { table } from '../table.ts';
import { versionOf } from './install.ts';
import { description, PINNED } from './machine.ts';
import { say } from './progress.ts';

const ROOT = join(import.meta.dirname, '../../..');

export const digits = (value: number): string => value.toFixed(value < 1 ? 3 : value < 100 ? 1 : 0);

export const times = (value: number): string =>
  Number.isFinite(value) ? `${value.toFixed(value < 10 ? 2 : 0)}x` : '';

/** On what and how a run was made; `packages` are those of the peers. */
export const facts = (command: string, packages: readonly string[]): string =>
  table([
    ['', ''],
    ['date', new Date().toISOString().slice(0, 10)],
    ['machine', description()],
    [
      'cores',
      PINNED
        ? 'the gateway alone on the first, all else on the second'
        : 'not separated: no `taskset`, or one core',
    ],
    ['Node', process.version],
    ['packages of the peers', packages.map((name) => `${name} ${versionOf(name)}`).join(', ')],
    ['command', `\`npm run bench -- ${command}\``],
  ]);

/** Writes a page below the repository as `npm run format` would leave it. */
export function writePage(path: string, text: string): void {
  writeFileSync(join(ROOT, path), text);
  spawnSync(join(ROOT, 'node_modules/.bin/oxfmt'), [path], { cwd: ROOT });
  say(`${path} is written`);
}
