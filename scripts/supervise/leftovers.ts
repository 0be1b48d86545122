import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ended, isAlive } from '@chorus/db/embedded-process.ts';

interface Remembered {
  name: string;
  pid: number;
  script: string;
}

const fileOf = (dataDir: string) => join(dataDir, 'children.json');

/** Remembers the running children, so that the start after a SIGKILL knows which processes are its own. */
export function rememberChildren(dataDir: string, children: Remembered[]) {
  const file = fileOf(dataDir);
  writeFileSync(`${file}.new`, JSON.stringify(children), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Children of a killed supervisor end by themselves; waits for them, and ends those that do not. */
export async function awaitLeftovers(dataDir: string, say: (line: string) => void) {
  const left = readChildren(dataDir).filter(({ pid, script }) => isAlive(pid) && runs(pid, script));
  if (left.length === 0) return;
  say(`waiting for ${left.length} processes of an earlier start to end`);
  const over = await Promise.all(left.map(({ pid }) => ended(pid, 12_000)));
  for (const [index, { pid }] of left.entries()) {
    if (over[index]) continue;
    process.kill(-pid, 'SIGKILL');
    await ended(pid, 2000);
  }
}

function readChildren(dataDir: string): Remembered[] {
  try {
    return JSON.parse(readFileSync(fileOf(dataDir), 'utf8'));
  } catch {
    return [];
  }
}

/** Process numbers are used again, so the command line has to fit too. */
const runs = (pid: number, script: string) =>
  existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(script);
