import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileError } from './start-error.ts';

/** A lock lives as long as its connection, which would otherwise go with the first garbage collection. */
const held = new Set<DatabaseSync>();

/**
 * Takes the lock of `file` or gives undefined when another process still holds it after `waitMs`. SQLite's lock is the
 * operating system's own, which Node does not offer otherwise: it ends with its holder, however that one dies.
 */
export async function takeLock(file: string, waitMs = 0): Promise<(() => void) | undefined> {
  try {
    closeSync(openSync(file, 'a', 0o600));
  } catch (error) {
    throw fileError(error, file);
  }
  const deadline = Date.now() + waitMs;
  for (;;) {
    const database = new DatabaseSync(file);
    try {
      database.exec('pragma journal_mode = memory; begin exclusive');
      held.add(database);
      return () => {
        held.delete(database);
        database.close();
      };
    } catch (error) {
      database.close();
      if (!(error instanceof Error && error.message.includes('locked'))) throw error;
    }
    if (Date.now() >= deadline) return undefined;
    await sleep(50);
  }
}
