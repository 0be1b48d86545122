import { watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** For file systems that tell of no change, and links to files elsewhere. */
const LOOK_MS = 250;
/** Whoever writes in pieces pauses less than this between them. */
const QUIET_MS = 50;

/** Equal for a file that nobody touched; a file that is not there is a state like any other. */
export async function fileState(file: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return 'absent';
  }
}

/**
 * Calls when the file differs from a known state and has come to rest, for one change at a time and the newest last.
 * Replacing the file by renaming another one counts, and so does replacing what it is a link to.
 */
export function watchFile(file: string, known: string, changed: () => Promise<void>): () => void {
  let last = known;
  let looking: Promise<void> | undefined;
  let stopped = false;
  const follow = async () => {
    for (let now = await fileState(file); now !== last; now = await fileState(file)) {
      await pause(QUIET_MS);
      if (now !== (await fileState(file))) continue;
      if (stopped) return;
      last = now;
      await changed();
    }
  };
  const look = () => {
    looking ??= follow().finally(() => (looking = undefined));
  };
  const timer = setInterval(look, LOOK_MS).unref();
  const unwatch = watchFolder(dirname(file), look);
  return () => {
    stopped = true;
    clearInterval(timer);
    unwatch();
  };
}

/** The folder and not the file, because a replaced file is another one. */
function watchFolder(folder: string, changed: () => void): () => void {
  try {
    const watcher = watch(folder, { persistent: false }, changed);
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => undefined;
  }
}
