import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { System } from './system.ts';

interface Running {
  pid: number;
  script: string;
}

/** Kills the process of one script as an operator's worst day would. */
export function kill({ dataDir }: Pick<System, 'dataDir'>, script: string): number {
  const children = JSON.parse(readFileSync(join(dataDir, 'children.json'), 'utf8')) as Running[];
  const found = children.find((child) => child.script.endsWith(script));
  if (found === undefined) throw new Error(`${script} does not run`);
  process.kill(found.pid, 'SIGKILL');
  return found.pid;
}

/** Kills it again whenever it was started again, until the returned function is called. */
export function keepDead(system: Pick<System, 'dataDir'>, script: string): () => void {
  const again = () => {
    try {
      kill(system, script);
    } catch {
      // It is dead already.
    }
  };
  again();
  const timer = setInterval(again, 10);
  return () => clearInterval(timer);
}
