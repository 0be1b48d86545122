import { expect, test } from 'vitest';
import { AS_IT_IS } from './apollo.ts';
import { CASES, type CorrectionCase, type Told } from './corrections.cases.ts';
import { CORRECTIONS } from './corrections.ts';
import { arena, composed, type Ran } from './executors.ts';
import { sound } from './failures.ts';
import type { Answering } from './subgraphs.ts';

/** Subgraphs that say what the case says, and what they were asked about. */
function saying({ answers }: CorrectionCase): { answering: Answering; represented: unknown[] } {
  const left = new Map(Object.entries(answers).map(([name, all]) => [name, [...all]]));
  const represented: unknown[] = [];
  const answering: Answering = async (subgraph, query, variables) => {
    const answer = left.get(subgraph)?.shift();
    if (answer === undefined) throw new Error(`${subgraph} was not to be asked ${query}`);
    represented.push(variables['representations']);
    const { _entities: entities } = (answer as { data: { _entities?: unknown[] } }).data;
    const sent = (variables['representations'] as unknown[] | undefined)?.length;
    return sound(
      entities === undefined ? answer : { ...answer, data: { _entities: entities.slice(0, sent) } },
    );
  };
  return { answering, represented };
}

const told = (ran: Ran | undefined): Told => {
  const errors = [...(ran?.fetched.errors ?? []), ...(ran?.misfits ?? [])];
  const data = JSON.parse(JSON.stringify(ran?.fetched.data)) as unknown;
  return errors.length === 0 ? { data } : { data, errors: errors.map(({ path = [] }) => path) };
};

test.each(CASES)('$name ($rule)', async (one) => {
  const field = arena(composed(one.subgraphs) ?? '');
  const planned = field.plan(one.query);
  const [theirs, own] = [saying(one), saying(one)];
  const apollos = told(await field.apollos(AS_IT_IS, planned, {}, theirs.answering, true));
  const ours = told(await field.ours(planned, {}, own.answering));
  if (one.ours.represented !== undefined) {
    apollos.represented = theirs.represented.at(-1);
    ours.represented = own.represented.at(-1);
  }
  expect({ apollos, ours }).toEqual({ apollos: one.apollos, ours: one.ours });
  expect(ours).not.toEqual(apollos);
});

test('every correction of Apollo’s executor has a case that shows why', () => {
  expect(CASES.map(({ name }) => name).toSorted()).toEqual(CORRECTIONS.map(({ name }) => name).toSorted());
});
