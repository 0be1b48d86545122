/** A batch of objects most of which are kept. */
import { isDeepStrictEqual } from 'node:util';
import { say } from '../gateway/progress.ts';
import type { Session } from '../gateway/session.ts';
import { shopGateway } from './shop-gateway.ts';

const OBJECTS = 100;
const KEPT = 90;

export interface Batch {
  objects: number;
  /** Those that were not asked for before. */
  missing: readonly string[];
  /** Those the subgraph was asked for, as often as it was. */
  received: readonly string[];
}

/** Asks for some objects, and then for them and some more. @throws when an answer is wrong */
export async function batch(session: Session): Promise<Batch> {
  say('batch: starting chorus');
  const { gateway, calls, stop } = await shopGateway(session, true);
  const ids = Array.from({ length: OBJECTS }, (_, index) => `batch-${index}`);
  const ask = async (some: readonly string[]) => {
    const query = 'query ($ids: [ID!]!) { products(ids: $ids) { id name brand } }';
    const { data } = await gateway.ask(
      JSON.stringify({ query, variables: { ids: some } }),
      session.tokens[0] ?? '',
    );
    const products = some.map((id) => ({ id, name: `name of ${id}`, brand: `brand of ${id}` }));
    if (!isDeepStrictEqual(data, { products })) throw new Error('batch: a wrong answer');
  };
  await ask(ids.slice(0, KEPT));
  const before = calls.length;
  await ask(ids);
  await stop();
  const received = calls.slice(before).flatMap(({ representations }) => representations.map(({ id }) => id));
  return { objects: OBJECTS, missing: ids.slice(KEPT), received };
}

/** Whether exactly the missing ones were asked for, each once. */
export const isExact = ({ missing, received }: Batch): boolean =>
  isDeepStrictEqual(received.toSorted(), missing.toSorted());
