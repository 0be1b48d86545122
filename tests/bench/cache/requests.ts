/** Logs of requests, generated: the same ones each time. */
import { FIELDS } from './shop.ts';

/** One request of a client. */
export interface Logged {
  /** Milliseconds since the beginning of the log. */
  at: number;
  /** From 0. */
  client: number;
  body: string;
}

export const SECONDS = 30;
export const PER_SECOND = 80;
export const CLIENTS = 40;
const PER_LIST = 12;
const SEED = 20_261_121;

/** What the clients of a log look at: so many lists of so many products. */
export const LOGS = {
  popular: { lists: 12, products: 60 },
  scattered: { lists: 120, products: 600 },
} as const;
export type LogName = keyof typeof LOGS;

/** Numbers from 0 to 1, by the generator of Park and Miller. */
function numbers(seed: number): () => number {
  let state = seed % 2_147_483_647;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Some of the fields of a subgraph, in the order in which all clients write them; none in every fourth case. */
function someOf(fields: readonly string[], random: () => number): string[] {
  const share = random() < 0.25 ? 0 : random();
  return fields.filter(() => random() < share);
}

/** What a client always asks of products, whichever they are. */
function selection(random: () => number): string {
  const chosen = Object.values(FIELDS).flatMap((fields) => someOf(fields, random));
  return `query ($ids: [ID!]!) { products(ids: $ids) { id ${chosen.join(' ')} } }`;
}

/** Few of many are wanted by most: the nth as often as 1/n says. */
function popular(count: number, random: () => number): number {
  const weights = Array.from({ length: count }, (_, index) => 1 / (index + 1));
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const found = weights.findIndex((weight) => (left -= weight) < 0);
  return found < 0 ? count - 1 : found;
}

/** Different products, popular ones in most lists. */
function list(products: number, random: () => number): string[] {
  const ids = new Set<number>();
  while (ids.size < PER_LIST) ids.add(popular(products, random));
  return [...ids].map(String);
}

/** In the order of time. */
export function requestLog(name: LogName): Logged[] {
  const random = numbers(SEED);
  const { lists, products } = LOGS[name];
  const clients = Array.from({ length: CLIENTS }, () => selection(random));
  const shown = Array.from({ length: lists }, () => list(products, random));
  return Array.from({ length: SECONDS * PER_SECOND }, () => {
    const client = Math.floor(random() * CLIENTS);
    const variables = { ids: shown[popular(lists, random)] };
    const body = JSON.stringify({ query: clients[client], variables });
    return { at: random() * SECONDS * 1_000, client, body };
  }).toSorted((one, other) => one.at - other.at);
}
