import { StartError } from '@chorus/db/start-error.ts';
import { Child } from './child.ts';
import { rememberChildren } from './leftovers.ts';
import { type Service, STOP_ORDER } from './services.ts';

const READY_MS = 60_000;

export interface Supervisor {
  /** Every process said that it is ready. */
  ready: Promise<void>;
  /** Rejects when the system cannot go on. */
  failed: Promise<never>;
  stop(): Promise<void>;
  kill(): void;
}

export interface SupervisorOptions {
  dataDir: string;
  logDir: string;
  say: (line: string) => void;
}

/** Starts all processes at once and keeps them running. */
export function supervise(all: readonly Service[], options: SupervisorOptions): Supervisor {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {});
  const children: Child[] = [];
  const onSpawn = () => {
    const running = children.flatMap(({ pid, service: { name, script } }) =>
      pid === undefined ? [] : [{ name, pid, script }],
    );
    rememberChildren(options.dataDir, running);
  };
  for (const service of all) children.push(new Child({ ...options, service, onFatal: reject, onSpawn }));
  onSpawn();
  return {
    ready: allReady(children, options.say),
    failed,
    async stop() {
      for (const kind of STOP_ORDER) {
        await Promise.all(
          children.filter(({ service }) => service.kind === kind).map((child) => child.stop()),
        );
      }
    },
    kill: () => children.forEach((child) => child.kill()),
  };
}

async function allReady(children: readonly Child[], say: (line: string) => void) {
  const waiting = new Set(children.map(({ service }) => service.name));
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new StartError(`${[...waiting].join(', ')} did not become ready within ${READY_MS / 1000} s.`));
  }, READY_MS);
  const each = children.map(async (child) => {
    await child.ready;
    waiting.delete(child.service.name);
    say(`${child.service.name}: ready`);
  });
  try {
    await Promise.race([Promise.all(each), late]);
  } finally {
    clearTimeout(timer);
  }
}
