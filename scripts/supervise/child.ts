import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_CONFIGURATION, StartError } from '@chorus/db/start-error.ts';
import { lastWords, openLog, rotate } from './log-file.ts';
import type { Service } from './services.ts';
import { ROOT } from './settings.ts';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
/** A process that lived this long counts as sound again. */
const SOUND_MS = 10_000;
const DRAIN_MS = 10_000;
const START_ATTEMPTS = 4;

export interface ChildOptions {
  service: Service;
  logDir: string;
  say: (line: string) => void;
  /** The whole system cannot go on because of this child. */
  onFatal: (error: StartError) => void;
  onSpawn: () => void;
}

/** A process that is started again whenever it dies, until it is told to stop. */
export class Child {
  readonly service: Service;
  readonly ready: Promise<void>;
  readonly #options: ChildOptions;
  readonly #logFile: string;
  readonly #ready = Promise.withResolvers<void>();
  #process: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #restart: NodeJS.Timeout | undefined;
  #failures = 0;
  #wasReady = false;
  #stopping = false;

  constructor(options: ChildOptions) {
    this.service = options.service;
    this.#options = options;
    this.#logFile = join(options.logDir, `${options.service.name}.log`);
    this.ready = this.#ready.promise;
    rotate(this.#logFile);
    this.#spawn();
  }

  /** Undefined while it waits to be started again. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Lets it drain; what does not end in time is killed with all it started. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    this.#process?.kill('SIGTERM');
    const limit = setTimeout(() => this.kill(), DRAIN_MS);
    await this.#exited;
    clearTimeout(limit);
  }

  /** Ends it and all it started, now. */
  kill(): void {
    this.#stopping = true;
    clearTimeout(this.#restart);
    killGroup(this.#process?.pid);
  }

  #spawn(): void {
    const { service } = this.#options;
    const log = openLog(this.#logFile);
    const startedAt = Date.now();
    const child = spawn(process.execPath, [...(service.flags ?? []), service.script], {
      cwd: ROOT,
      env: service.env,
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    this.#process = child;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#exited = promise;
    child.on('message', (message) => {
      if (isReady(message)) this.#onReady();
    });
    let ended = false;
    const onEnd = (how: string, code: number | null) => {
      if (ended) return;
      ended = true;
      killGroup(child.pid);
      this.#process = undefined;
      resolve();
      this.#onEnd(how, code, Date.now() - startedAt);
    };
    child.once('error', (error) => onEnd(error.message, null));
    child.once('exit', (code, signal) => onEnd(signal ?? `code ${code}`, code));
    this.#options.onSpawn();
  }

  #onReady(): void {
    this.#wasReady = true;
    this.#ready.resolve();
  }

  #onEnd(how: string, code: number | null, livedMs: number): void {
    if (this.#stopping) return;
    const { service, say, onFatal } = this.#options;
    const words = lastWords(this.#logFile) || 'nothing';
    if (code === EXIT_CONFIGURATION) return onFatal(new StartError(words, { exitCode: EXIT_CONFIGURATION }));
    this.#failures = this.#wasReady && livedMs > SOUND_MS ? 1 : this.#failures + 1;
    if (!this.#wasReady && this.#failures >= START_ATTEMPTS) {
      return onFatal(new StartError(`${service.name} does not start; it said last: ${words}`));
    }
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (this.#failures - 1), LONGEST_PAUSE_MS);
    say(`${service.name} ended (${how}), starts again in ${pauseMs} ms; it said last: ${words}`);
    this.#restart = setTimeout(() => this.#spawn(), pauseMs);
  }
}

const isReady = (message: unknown) =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left, which is what was wanted.
  }
}
