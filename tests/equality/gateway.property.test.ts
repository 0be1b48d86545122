import { expect, test } from 'vitest';
import { readBody } from '@chorus/shared/http.ts';
import { compose, gatewayOver, serve, type TestGateway, type TestSubgraph } from '../../gateway/testing.ts';
import { answeringOf, plannedOf, type Contest } from './duel.ts';
import { contestOn, groundOf, type Ground } from './equality.ts';
import { Counts } from './kinds.ts';
import type { Answering } from './subgraphs.ts';
import { linked } from './world.ts';

const seed = Number(process.env['CHORUS_TEST_SEED'] ?? Date.now() % 2 ** 31);
const OPERATIONS = 30;
/** How many values in a hundred are wrong. */
const PERCENT = 15;
/** What takes longer to plan may take too long for the gateway where much else is going on. */
const LONGEST_MS = 500;

/** The subgraphs of a graph behind HTTP; what they answer is set for each operation. */
async function serving({ subgraphs }: Ground, says: { answering: Answering }): Promise<TestSubgraph[]> {
  const running = Object.entries(subgraphs).map(async ([name, sdl]) => {
    const { port, close } = await serve((request, response) => {
      void (async () => {
        const { query, variables } = JSON.parse(await readBody(request, 1e7)) as {
          query: string;
          variables: Record<string, unknown>;
        };
        const { status, headers, text } = await says.answering(name, query, variables);
        response.writeHead(status, headers).end(text);
      })();
    });
    return { name, sdl: linked(sdl), url: `http://127.0.0.1:${port}/graphql`, received: [], close };
  });
  return Promise.all(running);
}

function firstGround(counts: Counts): Ground {
  for (let n = 0; ; n += 1) {
    const ground = groundOf(`${seed}.${n}`, counts);
    if (ground !== undefined) return ground;
  }
}

async function checkThrough(gateway: TestGateway, contest: Contest, answering: Answering): Promise<boolean> {
  const began = performance.now();
  const planned = plannedOf(contest);
  if (planned === undefined || performance.now() - began > LONGEST_MS) return false;
  const running = contest.field.ours(planned, contest.variables, answering);
  const { data, errors = [] } = planned.restore((await running)?.fetched ?? {});
  const { body } = await gateway.ask(contest.text, contest.variables);
  const about = `${contest.name}: ${contest.text}`;
  expect([about, body.data]).toEqual([about, data]);
  expect([about, body.errors !== undefined]).toEqual([about, errors.length > 0]);
  return true;
}

/** Answers of parallel fetches come over a network in any order, which matters where they contradict each other. */
const isOrdered = (contest: Contest): boolean =>
  !JSON.stringify(plannedOf(contest) ?? '').includes('"Parallel"');

test(
  `the whole gateway answers generated operations as its executor does (seed ${seed})`,
  { timeout: 60_000 },
  async () => {
    const counts = new Counts();
    const ground = firstGround(counts);
    const says = { answering: (() => Promise.reject(new Error('nothing was asked'))) as Answering };
    const subgraphs = await serving(ground, says);
    const env = { MAX_COST: String(Number.MAX_SAFE_INTEGER) };
    const gateway = await gatewayOver(subgraphs, { supergraph: compose(subgraphs), env });
    let compared = 0;
    for (let at = 0; compared < OPERATIONS; at += 1) {
      const contest = contestOn(ground, at);
      if (contest === undefined) continue;
      for (const percent of [0, PERCENT]) {
        if (percent > 0 && !isOrdered(contest)) continue;
        says.answering = answeringOf(contest, { seed: contest.name, percent }, () => undefined, counts);
        if (await checkThrough(gateway, contest, says.answering)) compared += 1;
      }
    }
    expect(compared).toBeGreaterThanOrEqual(OPERATIONS);
  },
);
