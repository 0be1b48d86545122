import { valueFromASTUntyped } from 'graphql';
import { own, type Data } from '../data.ts';
import { isNarrower, type Scope } from '../scope.ts';
import type { FetchAnswer } from '../transport/transport.ts';
import type { Keeping } from './ask.ts';
import { failedIn } from './failed.ts';
import type { FieldStore } from './field-store.ts';
import type { KeptField } from './kept-field.ts';
import type { KeptValue } from './kept-value.ts';
import { NOTHING, type Shelf } from './look-up.ts';
import { objectsIn, type Partly } from './partly.ts';
import type { Policy } from './policies.ts';
import type { Mark, SharedValues } from './shared-values.ts';
import { sizeOf } from './size.ts';
import { tagOf } from './tags.ts';

/** Values of one moment do not all end at once: each lives up to this much shorter. */
const JITTER = 0.2;
/** What does not exist may come into being any time. */
const MOST_NOTHING_MS = 10_000;

/** One value; what is larger would drive out much that is used more. */
const MOST_BYTES = 1024 * 1024;

/** When and after which invalidations something was asked for. */
export interface Asked {
  at: number;
  /** How many there had been. */
  since: number;
  /** Undefined for what others are not to find. */
  mark: Mark | undefined;
  /** Of all that was answered, where headers say it. */
  policy: Policy | undefined;
}

/** What holds for all that was kept of an answer. */
export interface Kept {
  /** Whom the narrowest value is for. */
  scope: Scope;
  freshUntil: number;
  tags: Set<string>;
}

/** Keeps what a subgraph answered, as its policies say; tells of it when that is all that was asked. */
export function keeper(store: FieldStore, random: () => number, shared?: SharedValues) {
  return (partly: Partly, answer: FetchAnswer, asking: Asked): Kept | undefined => {
    const { at: askedAt, since, mark, policy: ofAll } = asking;
    const failed = failedIn(answer, partly);
    if (failed === 'all') return undefined;
    const { found, looked, asked, fetch, wanted } = partly;
    const together: Kept = { scope: 'PUBLIC', freshUntil: Infinity, tags: new Set() };
    let isAll = failed.size === 0;
    const { all = NONE, entities = [] } = answer.tags ?? {};
    const answered = (at: number) => [...all, ...(entities[at] ?? NONE)];
    const shorter = 1 - JITTER * random();
    objectsIn(answer, partly).forEach((object, at) => {
      const index = asked[at];
      if (index === undefined || failed.has(`${at}`)) return;
      const name = found.names[index] ?? '';
      const about = { subgraph: fetch.subgraph, type: found.types[index] ?? '', name };
      const added = new Map<Shelf, Map<string, KeptValue>>();
      for (const field of looked[index]?.fields ?? []) {
        if (!wanted.has(field)) continue;
        const policy = field.policy && (ofAll ?? field.policy);
        const shelf = policy && found.shelfOf(policy.scope);
        const isSound = shelf !== undefined && !failed.has(`${at}.${field.response}`);
        const tags = isSound ? tagsOf(field, name, partly.keeping)?.concat(answered(at)) : undefined;
        const kept = policy && tags && keptValue(object, field, { policy, askedAt, shorter, tags });
        if (kept === undefined || shelf === undefined) {
          isAll = false;
          continue;
        }
        take(together, kept);
        const values = added.get(shelf) ?? new Map<string, KeptValue>();
        added.set(shelf, values.set(found.keyOf(field), kept));
      }
      for (const [{ owner, prefix }, values] of added) {
        store.add(owner, { record: prefix + name, about, values, since });
        shared?.add(owner, prefix + name, values, mark);
      }
    });
    return isAll ? together : undefined;
  };
}

/** Adds what holds for one value. */
export function take(together: Kept, { scope, freshUntil, tags }: KeptValue): void {
  if (isNarrower(scope, together.scope)) together.scope = scope;
  together.freshUntil = Math.min(together.freshUntil, freshUntil);
  for (const tag of tags) together.tags.add(tag);
}

/** Undefined when a tag cannot be made, without which the value could never be invalidated. */
function tagsOf(
  { formats, variables, args }: KeptField,
  name: string,
  { represented, variable }: Keeping,
): readonly string[] | undefined {
  if (formats.length === 0) return NONE;
  const given = JSON.parse(`{${variables.map(variable).filter(Boolean).join()}}`) as Record<string, unknown>;
  const values = {
    key: represented === undefined ? undefined : (JSON.parse(name) as unknown),
    args: Object.fromEntries(args.map((arg) => [arg.name.value, valueFromASTUntyped(arg.value, given)])),
  };
  const tags = formats.map((format) => tagOf(format, values));
  return tags.every((tag) => tag !== undefined) ? tags : undefined;
}

const NONE: readonly string[] = [];

/** How one value is kept. */
interface Keep {
  policy: Policy;
  askedAt: number;
  /** What of its time it lives. */
  shorter: number;
  tags: readonly string[];
}

function keptValue(
  object: Readonly<Data> | null,
  { response, below }: KeptField,
  { policy, askedAt, shorter, tags }: Keep,
): KeptValue | undefined {
  const value = object === null ? NOTHING : own(object, response);
  if (value === undefined) return undefined;
  const { scope } = policy;
  const most = value === NOTHING ? MOST_NOTHING_MS : Infinity;
  const freshUntil = askedAt + Math.min(policy.maxAge * shorter, most);
  const { swr, sie } = value === NOTHING ? { swr: 0, sie: 0 } : policy;
  const [staleUntil, errorUntil] = [freshUntil + swr, freshUntil + sie];
  const bytes = sizeOf(value);
  if (bytes > MOST_BYTES) return undefined;
  return { value, scope, askedAt, freshUntil, staleUntil, errorUntil, refreshing: false, below, tags, bytes };
}
