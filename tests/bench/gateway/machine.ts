/** What the machine tells about its processes; Linux only. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** Linux counts processor time in ticks of this many milliseconds. */
const TICK_MS = 10;

const hasTaskset = spawnSync('taskset', ['--version']).status === 0;

/** Gateways have one core for themselves where there are two and `taskset` to keep them apart. */
export const PINNED = hasTaskset && cpus().length > 1;
const GATEWAY_CORE = '0';
const OTHERS_CORE = '1';

/** The command that runs `command` on the gateway's core. */
export const onGatewayCore = (command: readonly string[]): readonly string[] =>
  PINNED ? ['taskset', '-c', GATEWAY_CORE, ...command] : command;

/** Keeps this process, and whatever it starts without saying otherwise, away from the gateway's core. */
export function leaveGatewayCore(): void {
  if (PINNED) spawnSync('taskset', ['-a', '-p', '-c', OTHERS_CORE, String(process.pid)]);
}

/** The process and all it has started, directly or not. */
function family(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number);
  return [pid, ...children.flatMap(family)];
}

/** Processor time, in milliseconds, that the process has used so far with all its threads and children. */
export function cpuMs(pid: number): number {
  const ticks = family(pid).map((member) => {
    // The name before the bracket may hold spaces; utime and stime are the 12th and 13th after it.
    const fields = readFileSync(`/proc/${member}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, value) => sum + value, 0) * TICK_MS;
}

/** Resident memory, in MiB, of the process and its children. */
export function residentMiB(pid: number): number {
  const sizes = family(pid).map((member) =>
    Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${member}/status`, 'utf8'))?.[1] ?? 0),
  );
  return sizes.reduce((sum, value) => sum + value, 0) / 1024;
}

/** The machine in a few words. */
export const description = (): string =>
  `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
