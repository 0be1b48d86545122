import { isDeepStrictEqual } from 'node:util';
import { own, type Data } from '../../gateway/data.ts';
import type { InnerError } from '../../gateway/fetched.ts';
import type { Ran } from './executors.ts';

type Path = readonly (string | number)[];

/** An error as far as both executors tell it alike. */
interface Told {
  path: Path;
  /** The code and message of a subgraph's error; what an executor misses itself it says in its own words. */
  what: string;
  text: string;
}

const MISFIT = 'misfit';

/** Of the errors of one request only so many are told, and then what is missing is not told one by one. */
const MOST_ERRORS = 100;
const MANY = 50;

/** What is different; undefined when nothing is. */
export function difference(ours: Ran, apollos: Ran): string | undefined {
  const what = differentPart(ours, apollos);
  if (what === undefined) return undefined;
  const shown = ({ fetched, misfits }: Ran) => JSON.stringify({ ...fetched, misfits });
  return [what, `ours: ${shown(ours)}`, `Apollo's: ${shown(apollos)}`].join('\n');
}

/** The same for what clients get, whatever is told about it. */
export const differenceOfData = (ours: Ran, apollos: Ran): string | undefined =>
  isSameData(ours, apollos) ? undefined : difference(ours, apollos);

function differentPart(ours: Ran, apollos: Ran): string | undefined {
  if (!isSameData(ours, apollos)) return 'the data is another';
  const sent = [ours.sent.toSorted(), apollos.sent.toSorted()] as const;
  if (!isDeepStrictEqual(...sent)) return `the requests are others: ${JSON.stringify(sent)}`;
  const { data } = ours.fetched;
  const all = [...(ours.fetched.errors ?? []), ...(apollos.fetched.errors ?? [])];
  const areMany = all.length >= MANY;
  const [our, their] = [toldBy(ours, areMany), toldBy(apollos, areMany)];
  const extra = our.find((one) => !isToldBy(their, one, data));
  if (extra !== undefined) return `only ours has the error ${extra.text}`;
  const lacking = our.length < MOST_ERRORS && their.find((one) => !isToldBy(our, one, data));
  return lacking ? `ours lacks the error ${lacking.text}` : undefined;
}

const isSameData = (ours: Ran, apollos: Ran): boolean =>
  isDeepStrictEqual(plain(ours.fetched.data), plain(apollos.fetched.data));

const plain = (data: unknown): unknown =>
  data === undefined ? undefined : (JSON.parse(JSON.stringify(data)) as unknown);

/** All errors; what is missing is told only where no other error tells why. */
function toldBy({ fetched: { errors = [] }, misfits }: Ran, areMany: boolean): Told[] {
  const isOwn = ({ extensions }: InnerError) => extensions?.['code'] === 'INTERNAL';
  const told = errors.filter((error) => !isOwn(error)).map(subgraphsError);
  if (areMany) return told;
  const unexplained = misfits.filter(
    ({ message, path = [] }) =>
      !message.startsWith('Cannot return null') || !told.some((error) => isAlong(error.path, path)),
  );
  const own = [...errors.filter(isOwn), ...unexplained];
  return [...told, ...own.map(({ path = [] }) => toldOf(path, MISFIT))];
}

const toldOf = (path: Path, what: string): Told => ({ path, what, text: JSON.stringify([path, what]) });

function subgraphsError({ message, extensions = {}, path = [] }: InnerError): Told {
  const { code = 'DOWNSTREAM_SERVICE_ERROR' } = extensions;
  const words = message.startsWith('Error while fetching subquery') ? '' : message;
  // What is about a fetch as a whole stands where its first list begins.
  const list = path.indexOf('@');
  return toldOf(list === -1 ? path : path.slice(0, list), `${String(code)} ${words}`);
}

/**
 * Whether an error is told there too. One about a value within an object that is null already may be told elsewhere on
 * the way: executors end an object with the first such value they find, and they look in different orders.
 */
function isToldBy(others: readonly Told[], { path, what, text }: Told, data: unknown): boolean {
  const gone = goneAt(path, data);
  return others.some((other) => {
    if (other.text === text) return true;
    if (what === MISFIT) return gone !== undefined && isAlong(other.path, gone);
    if (other.what !== what) return false;
    return gone !== undefined || (isAlong(path, other.path) && goneAt(other.path, data) !== undefined);
  });
}

/** The null within which a place is. */
function goneAt(path: Path, data: unknown): Path | undefined {
  let here = data;
  for (let depth = 0; depth < path.length; depth += 1) {
    if (here === null || here === undefined) return path.slice(0, depth);
    here = own(here as Data, String(path[depth]));
  }
  return undefined;
}

/** Whether one of two places lies within the other. */
function isAlong(one: Path, other: Path): boolean {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length).every((step, at) => step === other[at]);
}
