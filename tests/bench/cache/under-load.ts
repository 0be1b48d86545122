/** The parts of which processor time is measured. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ratio } from '../gateway/goals.ts';
import type { Order } from '../gateway/load.ts';
import { compareAnswers, round, summary, type Figures } from '../gateway/measure.ts';
import { bodyOf, OPERATIONS } from '../gateway/operations.ts';
import type { Running } from '../gateway/processes.ts';
import { say } from '../gateway/progress.ts';
import type { Session } from '../gateway/session.ts';
import type { Target } from '../gateway/targets.ts';
import type { Requests } from '../gateway/tokens.ts';
import { fixedAnswer } from './fixed-answer.ts';
import type { Options, Part } from './options.ts';
import { apart, apollo, kept, plain, uncached } from './targets.ts';

/** One target in one part; the figures are medians of the rounds, the memory their peak. */
export interface Row extends Figures {
  part: Part;
  target: string;
  requests: Requests;
}

interface Line {
  target: Target;
  requests: Requests;
}

/** As long for each, however fast it is: code that runs seldom is slow at first. */
const WARM_UP_MS = 10_000;

/** The same with a field nobody keeps, so that no answer can be kept whole. */
const BESIDE_ME = JSON.stringify({
  query: OPERATIONS.deep.replace('query TestQuery {', 'query TestQuery {\n  me { id }'),
});

/** A gateway with how it is asked. */
type Taking = readonly [Line, Running];

async function take(session: Session, target: Target, requests: Requests): Promise<Taking> {
  say(`starting ${target.name}`);
  return [{ target, requests }, await session.start(target)];
}

interface Plan {
  part: Part;
  body: string;
  /** How the requests of a round, or before the first one, differ from those of others. */
  change?: (round: number | 'warm-up') => Partial<Order>;
}

/** Measures gateways in turns, A B C, A B C, and ends them. */
async function inTurns(
  session: Session,
  { rounds, seconds }: Options,
  { part, body, change = () => ({}) }: Plan,
  taking: readonly Taking[],
): Promise<Row[]> {
  const gateways = taking.map(([, running]) => running);
  await compareAnswers(gateways, 'deep', session.tokens[0] ?? '', body);
  for (const [{ target, requests }, running] of taking) {
    say(`${part}: warming up ${target.name}`);
    const rest = { body, ms: WARM_UP_MS, ...change('warm-up') };
    await session.warmUp(target, running, 'deep', requests, rest);
  }
  const figures = taking.map((): Figures[] => []);
  for (let index = 0; index < rounds; index += 1) {
    for (const [at, [{ target, requests }, running]] of taking.entries()) {
      const rest = { body, ms: seconds * 1_000, ...change(index) };
      const found = await round(session, running, 'deep', requests, rest);
      figures[at]?.push(found);
      say(
        `${part}, ${index + 1} of ${rounds}: ${target.name}, ${requests}: ${found.perSecond.toFixed(0)} requests/s, ${found.cpu.toFixed(3)} ms`,
      );
    }
  }
  await Promise.all(gateways.map((running) => running.stop()));
  return taking.map(([{ target, requests }], at) => ({
    part,
    target: target.name,
    requests,
    ...summary(figures[at] ?? []),
  }));
}

/** Every field but one is kept, and the answer is put together for each request. */
export async function warm(session: Session, options: Options): Promise<Row[]> {
  const taking = [await take(session, apollo, 'distinct'), await take(session, kept, 'distinct')];
  return inTurns(session, options, { part: 'warm', body: BESIDE_ME }, taking);
}

/** The same request again and again. */
export async function hit(session: Session, options: Options): Promise<Row[]> {
  const body = bodyOf('deep');
  const chorus = await take(session, kept, 'identical');
  const file = join(session.folder, 'answer.json');
  writeFileSync(file, JSON.stringify(await fixedAnswer(chorus[1], body, session.tokens[0] ?? '')));
  return inTurns(session, options, { part: 'hit', body }, [
    await take(session, apollo, 'identical'),
    await take(session, plain(file), 'identical'),
    chorus,
    await take(session, kept, 'distinct'),
  ]);
}

/**
 * A cache of which nothing is ever found: each caller has values of its own, those of a round have never asked for any, and
 * to keep theirs others have to go. All of them were seen before, so that no signature has to be verified.
 */
export async function miss(session: Session, options: Options): Promise<Row[]> {
  const taking = [await take(session, uncached, 'distinct'), await take(session, apart, 'distinct')];
  const callers = FILLING + options.rounds * ASKING;
  for (const [, running] of taking)
    await session.send(running, 'tiny', 'distinct', { to: callers, again: false, ms: LONGEST_MS });
  const change: Plan['change'] = (index) => {
    if (index === 'warm-up') return { to: FILLING, again: false, ms: LONGEST_MS };
    const from = FILLING + index * ASKING;
    return { from, to: from + ASKING, again: false };
  };
  const rows = await inTurns(session, options, { part: 'miss', body: bodyOf('deep'), change }, taking);
  const [without, nothingFound] = rows.map(({ fetches }) => fetches);
  if (ratio(nothingFound, without) < ALL)
    throw new Error(`miss: ${nothingFound} fetches a request were sent, and ${without} without a cache`);
  return rows;
}

/** A share that stands for all: what is slow is sometimes sent twice. */
const ALL = 0.9;
/** So many callers fill the cache. */
const FILLING = 7_000;
/** For asking all of them; on a quiet machine it takes a third of that. */
const LONGEST_MS = 40_000;
/** More than can ask within a round. */
const ASKING = 3_000;
