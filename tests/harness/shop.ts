import type { RequestListener, ServerResponse } from 'node:http';
import { readBody } from '@chorus/shared/http.ts';
import { expect, vi } from 'vitest';
import { gatewayOver, lyingSubgraph, subgraph } from '../../gateway/testing.ts';

/** One of the items comes twice. */
export const IDS = ['1', '2', '1', '3'];

const SHOP =
  'type Query { shop: String items: [Item] } type Item @key(fields: "id") { id: ID! name: String }';
const STOCK = `type Query { well: String } type Item @key(fields: "id") { id: ID! stock: Int }
  type Maker @key(fields: "id") { id: ID! town: String }`;
const BAD = `type Query { offer: Offer quick(n: Int): Int slow(n: Int): Int } type Offer { text: String }
  type Item @key(fields: "id") { id: ID! price: Int maker: Maker }
  type Maker @key(fields: "id") { id: ID! rank: Int }`;

/** Two healthy subgraphs and one between them: what `maker` says is needed to find the maker's town. */
export const QUERY = '{ shop well offer { text } items { name stock price maker { rank town } } }';
export const HEALTHY = '{ shop well items { name stock } }';

/** What the subgraph between is asked. */
interface Asked {
  query: string;
  variables: { n?: number; representations?: { id: string }[] };
}

export type Behaviour = (response: ServerResponse, asked: Asked) => void;

export const say = (response: ServerResponse, text: string, type = 'application/json') =>
  void response.writeHead(200, { 'content-type': type }).end(text);
export const entity = (id: string) => ({
  __typename: 'Item',
  id,
  price: Number(id) * 10,
  maker: { __typename: 'Maker', id: `m${id}`, rank: Number(id) },
});
export const entitiesOf = ({ variables }: Asked) => variables.representations?.map(({ id }) => entity(id));

/** What a sound subgraph answers. */
export function right(asked: Asked): object {
  const entities = entitiesOf(asked);
  if (entities !== undefined) return { _entities: entities };
  const { n } = asked.variables;
  return n === undefined
    ? { offer: { text: 'cheap' } }
    : { [asked.query.includes('slow') ? 'slow' : 'quick']: n };
}

export const healthy: Behaviour = (response, asked) => say(response, JSON.stringify({ data: right(asked) }));

async function shop(env: Record<string, string> = {}) {
  const stock = await subgraph('stock', STOCK, {
    Query: { well: () => 'yes' },
    Item: { __resolveReference: ({ id }: { id: string }) => ({ id, stock: Number(id) }) },
    Maker: { __resolveReference: ({ id }: { id: string }) => ({ id, town: `Town of ${id}` }) },
  });
  const items = () => IDS.map((id) => ({ id, name: `Item ${id}` }));
  const front = await subgraph('shop', SHOP, { Query: { shop: () => 'open', items } });
  const bad = { behave: healthy };
  const handler: RequestListener = (request, response) =>
    void readBody(request, 1e7).then((body) => bad.behave(response, JSON.parse(body) as Asked));
  const spoilt = await lyingSubgraph('bad', BAD, handler);
  const gateway = await gatewayOver([front, stock, spoilt], { env });
  return { gateway, bad, close: spoilt.close };
}

/** A gateway over the three, asked and told right once, so that what follows waits neither for a plan nor for a connection. */
export async function warm(env: Record<string, string> = {}) {
  const started = await shop(env);
  const ready = async () => expect((await started.gateway.ask(QUERY)).body).toEqual({ data: ALL });
  await vi.waitFor(ready, { timeout: 40_000 });
  return started;
}

/** What the gateway answers about the items, but for what `change` says. */
export const items = (change: (id: string, index: number) => object = () => ({})) =>
  IDS.map((id, index) => ({
    name: `Item ${id}`,
    stock: Number(id),
    price: Number(id) * 10,
    maker: { rank: Number(id), town: `Town of m${id}` },
    ...change(id, index),
  }));

/** An item without what the subgraph between knows. */
export const LOST = { price: null, maker: null };
export const ALL = { shop: 'open', well: 'yes', offer: { text: 'cheap' }, items: items() };
