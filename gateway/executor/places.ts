import { namesAsked, type FetchAnswer, type SubgraphError } from '../transport/transport.ts';
import type { Data } from '../data.ts';
import type { FetchStep } from './plan.ts';
import type { Represented } from './representations.ts';
import { placesAt, type Path } from './targets.ts';

/** An error with its place in the client's answer. */
export interface PlacedError {
  message: string;
  path: Path;
  extensions: Readonly<Record<string, unknown>>;
}

/** More of one fetch than a client is ever shown, so that the errors stage can choose. */
const MOST_PLACES = 100;

/** Finds for the errors of a fetch where in the answer they belong; one about all of it is told wherever it leaves a hole. */
export function placed(
  { data: fetched, errors }: FetchAnswer,
  step: FetchStep,
  represented: Represented | undefined,
  data: Data,
): PlacedError[] {
  const found: PlacedError[] = [];
  const where = represented && askers(represented, placesAt(data, step.path));
  const tell = ({ message, extensions }: SubgraphError, path: Path) =>
    found.push({ message, extensions, path: path.map((name) => named(name, step)) });
  for (const error of errors) {
    const before = found.length;
    for (const path of pathsOf(error, fetched === null, step, where)) {
      if (found.length >= MOST_PLACES) return found;
      tell(error, path);
    }
    // About no object in particular, or about one that is not there any more.
    if (found.length === before) tell(error, upToList(step.path));
  }
  return found;
}

/** Where the objects of a fetch stand. */
interface Askers {
  /** All of them in the order of the answer, and what the subgraph was told they are. */
  all: { type: string; place: Path }[];
  /** Those that one representation stands for. */
  of: Path[][];
}

function askers({ types, targets, positions }: Represented, places: ReadonlyMap<Data, Path[]>): Askers {
  const where: Askers = { all: [], of: types.map(() => []) };
  const seen = new Set<Data>();
  for (const [index, target] of targets.entries()) {
    if (seen.has(target)) continue;
    seen.add(target);
    const position = positions[index] as number;
    for (const place of places.get(target) ?? []) {
      where.all.push({ type: types[position] as string, place });
      where.of[position]?.push(place);
    }
  }
  return where;
}

function* pathsOf(
  { path }: SubgraphError,
  nothing: boolean,
  step: FetchStep,
  where: Askers | undefined,
): Generator<Path> {
  if (where === undefined) {
    if (path !== undefined || !nothing) yield path ?? [];
    else for (const { name } of step.shape.fields) yield [name];
    return;
  }
  const [root, index, ...rest] = path ?? [];
  if (root === '_entities' && typeof index === 'number') {
    for (const place of where.of[index] ?? []) yield [...place, ...rest];
  } else if (nothing) {
    for (const { type, place } of where.all)
      for (const name of namesAsked(step.shape, type)) yield [...place, name];
  }
}

const upToList = (path: readonly string[]): Path => {
  const list = path.indexOf('@');
  return list === -1 ? path : path.slice(0, list);
};

const named = (step: string | number, { renamed }: FetchStep): string | number =>
  typeof step === 'string' ? (renamed.get(step)?.name ?? step) : step;
