import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync } from 'node:fs';

/** Begins a new log and keeps the one before it. */
export function rotate(file: string) {
  if (existsSync(file)) renameSync(file, `${file}.1`);
}

/** Opens a log for a process to write into. */
export const openLog = (file: string) => openSync(file, 'a', 0o600);

/** What a process said last: the sentence it wrote for people if there is one, else its last log message. */
export function lastWords(file: string): string {
  const log = openSync(file, 'r');
  const { size } = fstatSync(log);
  const buffer = Buffer.alloc(Math.min(size, 8192));
  readSync(log, buffer, 0, buffer.length, size - buffer.length);
  closeSync(log);
  const lines = buffer.toString('utf8').split('\n').slice(-20);
  const said = lines.filter((line) => line.trim() !== '');
  return (
    said.findLast((line) => !line.startsWith('{') && !/^\s|^Node\.js v/.test(line)) ??
    message(said.at(-1) ?? '')
  );
}

function message(line: string): string {
  try {
    const { msg }: { msg?: unknown } = JSON.parse(line);
    return typeof msg === 'string' ? msg : line;
  } catch {
    return line;
  }
}
