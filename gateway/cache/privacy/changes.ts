import type { Chance } from './chance.ts';
import { ITEMS, keysOf, PAGES, type Thing } from './graph.ts';
import { allOf, rowOf } from './subgraphs.ts';

/** How one can say that something has changed. */
export interface Way {
  /** To the gateway's internal port. */
  bodies: readonly object[];
  /** The tag a mutation can name instead. */
  tag: string | undefined;
  /** What is forgotten then. */
  covers: readonly string[];
}

/** Something that can change in the subgraphs. */
export interface Change {
  keys: readonly string[];
  ways: readonly Way[];
}

const byTag = (subgraph: string, tag: string, covers: string): Way => ({
  bodies: [{ kind: 'cache_tag', subgraphs: [subgraph], cache_tag: tag }],
  tag,
  covers: [covers],
});

const byPost = (body: object | readonly object[], ...covers: string[]): Way => ({
  bodies: [body].flat(),
  tag: undefined,
  covers,
});

const SUBGRAPHS = ['shop', 'press', 'stock'];

const ofSubgraph = (subgraph: string): Change => ({
  keys: [subgraph],
  ways: [byPost({ kind: 'subgraph', subgraph }, subgraph), byTag(subgraph, allOf(subgraph), subgraph)],
});

const ofType = (subgraph: string, type: string): Change => ({
  keys: [`${subgraph} ${type}`],
  ways: [byPost({ kind: 'type', subgraph, type }, `${subgraph} ${type}`)],
});

function ofEntity(subgraph: string, thing: Thing): Change {
  const { type, key } = thing;
  const name = `${subgraph} ${type} ${key}`;
  const { id, slug, ...place } = keysOf(thing);
  const byKeys = type === 'Item' ? [{ id }] : subgraph === 'stock' ? [{ slug }, place] : [place];
  const entities = byKeys.map((its) => ({ kind: 'entity', subgraph, type, key: its }));
  const row = byTag(subgraph, rowOf(thing), `${subgraph} ${rowOf(thing)}`);
  const own = type === 'Item' ? [byTag(subgraph, `item-${key}`, name)] : [];
  return { keys: [name], ways: [byPost(entities, name), row, ...own] };
}

const ofTag = (subgraph: string, tag: string): Change => ({
  keys: [`tag ${tag}`],
  ways: [byTag(subgraph, tag, `tag ${tag}`)],
});

const whole = (tenant: string): Change => ({
  keys: [`tenant ${tenant}`],
  ways: [
    byPost(
      SUBGRAPHS.map((subgraph) => ({ kind: 'subgraph', subgraph })),
      ...SUBGRAPHS,
    ),
  ],
});

const ENTITIES = [
  ...ITEMS.map((key) => ofEntity('stock', { type: 'Item', key })),
  ...PAGES.flatMap((key) => ['stock', 'press'].map((subgraph) => ofEntity(subgraph, { type: 'Page', key }))),
];
const TYPES = ['shop Entry', 'press Page', 'stock Item', 'stock Page', 'stock Size'].map((name) =>
  ofType(...(name.split(' ') as [string, string])),
);
const TAGS = [
  ...['mottos', 'news', 'mine', 'entries', 'greet-Ann'].map((tag) => ofTag('shop', tag)),
  ...['c1', 'c2'].map((code) => ofTag('press', `corner-${code}`)),
];

/** What changes next; most of it is small, so that much stays as it is. */
export function nextChange(chance: Chance, tenants: readonly string[]): Change {
  const choice = chance.below(20);
  if (choice === 0) return ofSubgraph(chance.pick(SUBGRAPHS));
  if (choice === 1) return whole(chance.pick(tenants));
  if (choice < 5) return chance.pick(TYPES);
  return chance.pick(choice < 11 ? TAGS : ENTITIES);
}

/** What is never kept changes without a word. */
export const SILENT: readonly string[] = ['shop live'];
