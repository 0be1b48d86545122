/** The same log of requests, answered from kept fields, and by caches of whole subgraph answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { say } from '../gateway/progress.ts';
import type { Session } from '../gateway/session.ts';
import { CLIENTS, LOGS, requestLog, SECONDS, type Logged, type LogName } from './requests.ts';
import { shopGateway, type ShopGateway } from './shop-gateway.ts';
import { asked, wholeAnswers, type AskedOf } from './whole-answers.ts';

/** What subgraphs are asked for the requests of a log. */
export interface Replayed {
  log: LogName;
  requests: number;
  /** How much later than it should have been the last request in time was sent; milliseconds. */
  lateMs: number;
  nothingKept: AskedOf;
  wholeAnswers: AskedOf;
  /** The same, were nothing ever too old. */
  wholeForEver: AskedOf;
  chorus: AskedOf;
}

const MOST_AT_ONCE = 50;

/** Sends each request at its time, whatever became of those before. */
async function replay(log: readonly Logged[], { gateway, calls }: ShopGateway, tokens: readonly string[]) {
  const pool = new Pool(`http://127.0.0.1:${gateway.port}`, { connections: MOST_AT_ONCE });
  const before = calls.length;
  const began = performance.now();
  let lateMs = 0;
  const answers = await Promise.all(
    log.map(async ({ at, client, body }) => {
      await sleep(Math.max(0, began + at - performance.now()));
      lateMs = Math.max(lateMs, performance.now() - began - at);
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${tokens[client]}` };
      return (await pool.request({ path: '/graphql', method: 'POST', headers, body })).body.text();
    }),
  );
  await pool.close();
  return { answers, lateMs, calls: calls.slice(before) };
}

/** Replays a log twice at the same time, with policies and without. @throws when the answers are not the same */
async function replayed(session: Session, name: LogName): Promise<Replayed> {
  say(`log, ${name}: starting chorus twice`);
  const gateways = [await shopGateway(session, true), await shopGateway(session, false)];
  const requests = requestLog(name);
  say(`log, ${name}: ${requests.length} requests of ${CLIENTS} clients in ${SECONDS} s`);
  const [ours, theirs] = await Promise.all(
    gateways.map((gateway) => replay(requests, gateway, session.tokens)),
  );
  for (const { stop } of gateways) await stop();
  if (ours === undefined || theirs === undefined) throw new Error('nothing was replayed');
  const failed = theirs.answers.find(
    (answer) => !answer.startsWith('{"data"') || answer.includes('"errors"'),
  );
  if (failed !== undefined) throw new Error(`log, ${name}: a request is answered with ${failed}`);
  const differs = ours.answers.findIndex((answer, index) => answer !== theirs.answers[index]);
  if (differs >= 0)
    throw new Error(`log, ${name}: ${ours.answers[differs]} came instead of ${theirs.answers[differs]}`);
  return {
    log: name,
    requests: requests.length,
    lateMs: Math.max(ours.lateMs, theirs.lateMs),
    nothingKept: asked(theirs.calls),
    wholeAnswers: wholeAnswers(theirs.calls),
    wholeForEver: wholeAnswers(theirs.calls, { forEver: true }),
    chorus: asked(ours.calls),
  };
}

export async function logs(session: Session): Promise<Replayed[]> {
  const all: Replayed[] = [];
  for (const name of Object.keys(LOGS) as LogName[]) all.push(await replayed(session, name));
  return all;
}
