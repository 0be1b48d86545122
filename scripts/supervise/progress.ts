/** Lines with the time since the start; a step that takes long is named again, so that silence means trouble. */
export interface Progress {
  say: (line: string) => void;
  /** Whether something is under way, so that silence has to be filled. */
  setBusy: (busy: boolean) => void;
}

const REMIND_MS = 1500;

export function startProgress(write: (text: string) => void): Progress {
  const started = performance.now();
  let current = 'starting';
  let busy = true;
  let saidAt = started;
  const print = (line: string) => {
    saidAt = performance.now();
    write(`[${((saidAt - started) / 1000).toFixed(1).padStart(5)}s] ${line}\n`);
  };
  const timer = setInterval(() => {
    if (busy && performance.now() - saidAt > REMIND_MS) print(`${current} ...`);
  }, 250);
  timer.unref();
  return {
    say: (line) => {
      current = line;
      print(line);
    },
    setBusy: (value) => {
      busy = value;
    },
  };
}
