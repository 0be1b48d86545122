/** Something to undo at the end, in reverse order of its start. */
export interface Undo {
  name: string;
  stop(): Promise<void>;
  /** Ends it at once, without waiting. */
  kill(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm passes a Ctrl-C on that the terminal has already sent to us too. */
const SAME_SIGNAL_MS = 400;

/** The life of this process: what ends it, and what is undone then. */
export class Lifetime {
  /** Resolves at the first signal, or when npm, which started us, is killed. */
  readonly asked: Promise<void>;
  readonly #undo: Undo[] = [];
  readonly #say: (line: string) => void;
  #ending = false;

  constructor(say: (line: string) => void) {
    this.#say = say;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.asked = promise;
    let askedAt: number | undefined;
    const onSignal = () => {
      if (askedAt === undefined) askedAt = Date.now();
      else if (Date.now() - askedAt > SAME_SIGNAL_MS) this.killAll();
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
    if (process.env['npm_lifecycle_event'] !== undefined) whenOrphaned(onSignal);
  }

  add(undo: Undo) {
    if (this.#ending) undo.kill();
    else this.#undo.push(undo);
  }

  /** Undoes everything, last first. */
  async end() {
    this.#ending = true;
    for (const undo of this.#undo.toReversed()) {
      this.#say(`stopping: ${undo.name}`);
      await undo
        .stop()
        .catch((error: unknown) => this.#say(`stopping: ${undo.name} failed: ${String(error)}`));
    }
  }

  /** The second Ctrl-C. */
  killAll(): void {
    for (const undo of this.#undo.toReversed()) undo.kill();
    process.exit(130);
  }
}

function whenOrphaned(act: () => void) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, 250);
  timer.unref();
}
