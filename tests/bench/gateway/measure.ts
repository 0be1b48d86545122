import { isDeepStrictEqual } from 'node:util';
import { percentile } from '../table.ts';
import type { Order } from './load.ts';
import { cpuMs, residentMiB } from './machine.ts';
import { bodyOf, type Case } from './operations.ts';
import type { Options } from './options.ts';
import type { Running } from './processes.ts';
import { say } from './progress.ts';
import type { Session } from './session.ts';
import type { Target } from './targets.ts';
import { CALLERS, type Requests } from './tokens.ts';

/** One target, one operation, one kind of requests; the figures are medians of the rounds, the memory their peak. */
export interface Measured {
  target: string;
  operation: Case;
  requests: Requests;
  perSecond: number;
  /** Processor milliseconds of the gateway a request. */
  cpu: number;
  p50: number;
  p99: number;
  fetches: number;
  residentMiB: number;
}

export type Figures = Omit<Measured, 'target' | 'operation' | 'requests'>;

const SAMPLE_MEMORY_MS = 100;

/** @throws naming the target whose data is not what the first one answers */
export async function compareAnswers(
  gateways: readonly Running[],
  operation: Case,
  token: string,
  body = bodyOf(operation),
): Promise<void> {
  const answers = await Promise.all(gateways.map((gateway) => gateway.ask(body, token)));
  gateways.forEach(({ name }, index) => {
    const { data, errors } = answers[index] ?? {};
    if (errors !== undefined) throw new Error(`${name} answers ${operation} with ${JSON.stringify(errors)}`);
    if (!isDeepStrictEqual(data, answers[0]?.data)) {
      throw new Error(`${name} answers ${operation} otherwise than ${gateways[0]?.name} does`);
    }
  });
}

/** Sends requests to one gateway for some time; `rest` as in `Order`. */
export async function round(
  session: Session,
  gateway: Running,
  operation: Case,
  kind: Requests,
  rest: Partial<Order>,
): Promise<Figures> {
  let peak = 0;
  const look = () => (peak = Math.max(peak, residentMiB(gateway.pid)));
  const timer = setInterval(look, SAMPLE_MEMORY_MS);
  try {
    const [cpu, fetches] = [cpuMs(gateway.pid), await session.fetches()];
    const { requests, ms, p50, p99 } = await session.send(gateway, operation, kind, rest);
    look();
    return {
      perSecond: requests / (ms / 1_000),
      cpu: (cpuMs(gateway.pid) - cpu) / requests,
      p50,
      p99,
      fetches: ((await session.fetches()) - fetches) / requests,
      residentMiB: peak,
    };
  } finally {
    clearInterval(timer);
  }
}

const middle = (values: readonly number[]): number =>
  (percentile(values, 0.5) + percentile(values, 0.4999)) / 2;

/** Medians of the rounds, and the highest memory. */
export function summary(rounds: readonly Figures[]): Figures {
  const of = (figure: keyof Figures): number[] => rounds.map((figures) => figures[figure]);
  return {
    perSecond: middle(of('perSecond')),
    cpu: middle(of('cpu')),
    p50: middle(of('p50')),
    p99: middle(of('p99')),
    fetches: middle(of('fetches')),
    residentMiB: Math.max(...of('residentMiB')),
  };
}

/** Tokens that were never sent, as many for each operation. */
function unseen({ tokens }: Session, cases: readonly Case[], operation: Case) {
  const part = Math.floor((tokens.length - CALLERS) / cases.length);
  const from = CALLERS + part * cases.indexOf(operation);
  return { from, to: from + part };
}

async function measureKind(
  session: Session,
  options: Options,
  gateways: readonly (readonly [Target, Running])[],
  operation: Case,
  kind: Requests,
): Promise<Measured[]> {
  const taking = kind === 'first-seen' ? gateways.filter(([{ knowsCallers }]) => knowsCallers) : gateways;
  for (const [target, running] of taking) await session.warmUp(target, running, operation, kind);
  const figures = taking.map((): Figures[] => []);
  const rounds = kind === 'first-seen' ? 1 : options.rounds;
  for (let index = 0; index < rounds; index += 1) {
    for (const [at, [{ name }, running]] of taking.entries()) {
      const rest = kind === 'first-seen' ? unseen(session, options.cases, operation) : {};
      const found = await round(session, running, operation, kind, { ms: options.seconds * 1_000, ...rest });
      figures[at]?.push(found);
      say(
        `${operation}, ${kind}, ${index + 1} of ${rounds}: ${name} ${found.perSecond.toFixed(0)} requests/s, ${found.cpu.toFixed(3)} ms`,
      );
    }
  }
  return taking.map(([{ name }], at) => ({
    target: name,
    operation,
    requests: kind,
    ...summary(figures[at] ?? []),
  }));
}

/** Measures every case with gateways that have done nothing else before, in turns: A B C, A B C. */
export async function measure(session: Session, options: Options): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const operation of options.cases) {
    const targets = options.targets.filter(({ only = operation }) => only === operation);
    say(`${operation}: starting ${targets.map(({ name }) => name).join(', ')}`);
    const gateways: [Target, Running][] = [];
    for (const target of targets) gateways.push([target, await session.start(target)]);
    await compareAnswers(
      gateways.map(([, running]) => running),
      operation,
      session.tokens[0] ?? '',
    );
    for (const kind of options.requests)
      measured.push(...(await measureKind(session, options, gateways, operation, kind)));
    await Promise.all(gateways.map(([, running]) => running.stop()));
  }
  return measured;
}
