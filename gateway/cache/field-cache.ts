import type { SubgraphFetch } from '../transport/transport.ts';
import type { Ask, Keeping } from './ask.ts';
import { asker, type AskingOptions } from './asking.ts';
import { composed } from './composed.ts';
import type { FieldStore } from './field-store.ts';
import type { KeptField } from './kept-field.ts';
import type { KeptValue } from './kept-value.ts';
import { finding, isStale, lookUp, MISSING, type Looked } from './look-up.ts';
import { isAll, type Partly } from './partly.ts';
import { renewal } from './renewal.ts';
import { countServed } from './served.ts';
import { takeShared } from './shared-values.ts';
import { spendKept } from './spend.ts';
import type { TagFormats } from './tags.ts';
import { toldOf } from './told.ts';

export interface FieldCacheOptions extends AskingOptions {
  /** Of the supergraph. */
  tags: TagFormats;
  /** As of `Others`; what is kept is always right without it. */
  heardSince?: () => number;
  /** Tells values of one supergraph from those of another, on every gateway alike. */
  generation: string;
}

/** How long a newer value may take, when nobody waits for it. */
const REFRESH_MS = 5000;

/** Asks a subgraph only for the objects and the fields that are not kept, and keeps what it answers. */
export function fieldCache(options: FieldCacheOptions): Ask {
  const { store, shared, tags, now = () => performance.now() } = options;
  const { asking, mayHaveKept } = asker(options);
  // Where headers say what is kept, they say it of answers to other fields too.
  const renewing = options.headerPolicy === undefined ? renewal() : undefined;
  const askingPart = (partly: Partly) => asking(reduced(partly, options), () => partly);
  const refresh = (partly: Partly) => {
    const stale = partly.looked.flatMap((one) => staleIn(one, partly.now));
    if (stale.length === 0) return;
    const background = staleOf(partly);
    for (const value of stale) value.refreshing = true;
    const over = () => {
      for (const value of stale) value.refreshing = false;
    };
    void askingPart(background).then(over, over);
  };
  return async (fetch, keeping) => {
    const { explanation } = fetch.call;
    const partIn = (from: Finds) => keeping && part(fetch, keeping, from, options, now());
    const isLooked = explanation !== undefined || mayHaveKept(fetch.subgraph);
    let partly = isLooked ? partIn(store) : undefined;
    if (partly === undefined)
      return (await asking(fetch, () => (isLooked ? undefined : counted(partIn(EMPTY))))).answer;
    const isLacking = shared !== undefined && partly.asked.length > 0;
    if (isLacking && (await takeShared(partly, shared, store, tags))) partly = partIn(store) ?? partly;
    counted(partly);
    refresh(partly);
    partly = renewing?.withDue(partly) ?? partly;
    spendKept(partly);
    const asked = partly.asked.length === 0 ? undefined : await askingPart(partly);
    renewing?.over(partly);
    const answer = composed(partly, asked?.answer);
    return explanation === undefined ? answer : { ...answer, told: toldOf(partly, asked?.policy) };
  };
}

function counted(partly: Partly | undefined): Partly | undefined {
  if (partly !== undefined) countServed(partly);
  return partly;
}

type Finds = Pick<FieldStore, 'find'>;

const EMPTY: Finds = { find: () => undefined };

/** Undefined when it asks for objects of a type that it says nothing of. */
function part(
  fetch: SubgraphFetch,
  keeping: Keeping,
  store: Finds,
  { generation, heardSince }: FieldCacheOptions,
  now: number,
): Partly | undefined {
  const found = finding(fetch, keeping, generation);
  const moment = { now, heardSince: heardSince?.() ?? -Infinity };
  const looked: Looked[] = [];
  const asked: number[] = [];
  const wanted = new Set<KeptField>();
  for (const [index, name] of found.names.entries()) {
    const fields = keeping.kept.fields.get(found.types[index] ?? '');
    if (fields === undefined) return undefined;
    const one = lookUp(store, fields, name, found, moment);
    looked.push(one);
    if (one.isComplete) continue;
    asked.push(index);
    one.values.forEach((value, at) => value === MISSING && wanted.add(fields[at] as KeptField));
  }
  return { fetch, keeping, found, looked, ...moment, asked, wanted };
}

const staleIn = ({ kept, values }: Looked, now: number): KeptValue[] =>
  kept.filter(
    (one, at) => one !== undefined && values[at] !== MISSING && isStale(one, now) && !one.refreshing,
  ) as KeptValue[];

/** The same fetch for everything of it that should be newer, whatever is asked now. */
function staleOf(partly: Partly): Partly {
  const asked: number[] = [];
  const wanted = new Set<KeptField>();
  for (const [index, one] of partly.looked.entries()) {
    const { fields, values } = one;
    if (staleIn(one, partly.now).length === 0) continue;
    asked.push(index);
    fields.forEach((field, at) => values[at] !== MISSING && field.policy !== undefined && wanted.add(field));
  }
  const { call } = partly.fetch;
  const background = {
    ...call,
    // Whoever waited has been answered by then.
    signal: new AbortController().signal,
    deadline: Date.now() + REFRESH_MS,
    lifetime: undefined,
  };
  return { ...partly, fetch: { ...partly.fetch, call: background }, asked, wanted };
}

/** The request for what is asked of a fetch. */
function reduced(partly: Partly, { shapeOf }: FieldCacheOptions): SubgraphFetch {
  const { fetch, keeping, asked, wanted } = partly;
  if (isAll(partly)) return fetch;
  const { kept, represented, variable } = keeping;
  const { head, text, variables } = kept.only(wanted);
  const given = variables.map(variable).filter((value) => value !== undefined);
  if (represented !== undefined)
    given.push(`"representations":[${asked.map((index) => represented.texts[index]).join()}]`);
  const sent = represented === undefined ? 0 : asked.length;
  return { ...fetch, body: `${head}${given.join()}}}`, shape: shapeOf(text), sent };
}
