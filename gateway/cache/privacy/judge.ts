import type { Identity } from '@chorus/shared/identity.ts';
import type { Scope } from '../../scope.ts';
import type { Reply } from '../../testing.ts';
import { FIELDS, isLeaf, keysOf, keysOfValue, placeOf, thingsAt, type Thing } from './graph.ts';
import type { Ledger } from './ledger.ts';
import { argsOf, type Asked, type Operation } from './operations.ts';
import type { Person } from './people.ts';
import { has, type Is } from './rights.ts';
import { failing, gone, HEADERS, heardOf, rowOf } from './subgraphs.ts';
import { isOfTenant, toldOf } from './told.ts';

/** A request that was made, and the moments of its life. */
export interface Request {
  person: Person;
  gateway: number;
  operation: Operation;
  variables: Readonly<Record<string, unknown>>;
  headers: Readonly<Record<string, string>>;
  began: number;
  /** When the oldest of what it may have joined began. */
  joined: number;
  over: number;
  /** For a mutation, when it changed what it changes. */
  wrote?: number | undefined;
}

/** Why an answer must not be what it is. */
export interface Fault {
  path: string;
  got: unknown;
  allowed: string;
  /** Of the writes and invalidations that concern the value. */
  keys: readonly string[];
}

/** What of an answer was looked at. */
export interface Looked {
  values: number;
  /** Values that were kept back, */
  denied: number;
  /** or that are not there at the moment. */
  missing: number;
  /** Answers of which a subgraph could not give its part. */
  broken: number;
}

/** Where in the graph something stands. */
interface Place {
  thing: Thing;
  path: string;
  /** The subgraph of the value it stands in; undefined for the root, */
  subgraph: string | undefined;
  /** and what makes that forgotten. */
  covers: readonly string[];
}

/** Undefined when somebody may be answered so. */
export function faultIn(
  { body, headers }: Reply,
  request: Request,
  is: Is,
  ledger: Ledger,
  looked: Looked,
): Fault | undefined {
  const code = body.errors?.[0]?.extensions['code'];
  const whole = (allowed: string): Fault => ({ path: '', got: body, allowed, keys: [] });
  const refused = (...codes: string[]) =>
    (body.data ?? undefined) === undefined && codes.includes(String(code))
      ? undefined
      : whole(`a refusal as ${codes.join(' or ')}`);
  if (is === undefined) return refused('UNAUTHENTICATED');
  const { operation, variables } = request;
  const needs = operation.root.map(({ field }) => field.need).filter((need) => need !== undefined);
  const lacking = needs.filter((need) => !has(is, need));
  if (lacking.some((need) => typeof need === 'object' && 'flag' in need && need.hides))
    return refused('GRAPHQL_VALIDATION_FAILED');
  // Where nothing is asked but what another factor would open, the whole is refused.
  if (lacking.includes('mfa') && refused('MFA_REQUIRED') === undefined) return undefined;
  const isBroken = (body.errors ?? []).some(({ extensions }) => extensions['code'] === UNAVAILABLE);
  if (isBroken) looked.broken += 1;
  if ((body.data ?? undefined) === undefined) return isBroken ? undefined : whole('data');
  const said = headers.get('cache-control') ?? '';
  if (said !== 'no-store' && !mayBeStored(said, headers.get('vary') ?? '', request))
    return whole(`an answer that nobody stores, and it is ${said}`);
  const judge = new Judge({ ...request, isBroken }, is, ledger, looked);
  const root: Place = { thing: { type: '', key: '' }, path: '', subgraph: undefined, covers: [] };
  return judge.object(operation.root, body.data as Data, root, variables);
}

/** Whether clients, and those between, may be told to store an answer so. */
function mayBeStored(said: string, vary: string, { person, operation }: Request): boolean {
  const scopes = new Set(scopesIn(operation.root));
  const isForAll = person.who === undefined && scopes.size === 1 && scopes.has('PUBLIC');
  const deciding = ['Authorization', ...HEADERS].every((name) => vary.includes(name));
  return deciding && !scopes.has(undefined) && (isForAll || said.startsWith('private'));
}

const scopesIn = (asked: readonly Asked[]): (Scope | undefined)[] =>
  asked.flatMap(({ field, below }) => [field.scope, ...[...below.values()].flatMap(scopesIn)]);

type Data = Record<string, unknown>;
/** What cannot be had tells nobody anything. */
const UNAVAILABLE = 'SUBGRAPH_UNAVAILABLE';

class Judge {
  readonly #request: Request & { isBroken: boolean };
  readonly #is: Identity;
  readonly #ledger: Ledger;
  readonly #looked: Looked;

  constructor(request: Request & { isBroken: boolean }, is: Identity, ledger: Ledger, looked: Looked) {
    [this.#request, this.#is, this.#ledger, this.#looked] = [request, is, ledger, looked];
  }

  object(asked: readonly Asked[], data: Data, place: Place, variables: Data): Fault | undefined {
    for (const one of asked) {
      const got = data[one.response];
      const path = `${place.path}.${one.response}`;
      const fault = this.#field(one, got, { ...place, path }, argsOf(one, variables));
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  #field(asked: Asked, got: unknown, place: Place, args: Data): Fault | undefined {
    const { field, included } = asked;
    const fault = (allowed: string): Fault => ({ path: place.path, got, allowed, keys: [] });
    if (included !== undefined && this.#request.variables[included] === false)
      return got === undefined ? undefined : fault('nothing');
    if (!has(this.#is, field.need)) {
      this.#looked.denied += 1;
      return got === null ? undefined : fault('null, since it is denied');
    }
    if (isLeaf(field)) return field.type === 'Int' ? undefined : this.#leaf(asked, got, place, args);
    if (got === null && this.#mayLack(asked, place, args)) return undefined;
    if (typeof got !== 'object' || got === null)
      return { ...fault('something'), keys: this.#coversOf(asked, place, args) };
    const things = thingsAt(field, args, place.thing);
    const found = field.isList ? (got as Data[]) : [got as Data];
    if (found.length !== things.length) return fault(`${things.length} objects`);
    const covers = this.#coversOf(asked, place, args);
    for (const [index, thing] of things.entries()) {
      const path = field.isList ? `${place.path}.${index}` : place.path;
      const fell = this.#thing(asked, found[index] ?? {}, { thing, path, subgraph: field.subgraph, covers });
      if (fell !== undefined) return fell;
    }
    return undefined;
  }

  #thing({ below }: Asked, data: Data, place: Place): Fault | undefined {
    const { thing, path } = place;
    const fault = (got: unknown, allowed: string): Fault => ({ path, got, allowed, keys: [] });
    const type = data['__typename'];
    if (below.size > 1 && type !== thing.type) return fault(type, thing.type);
    if (thing.type === 'Item' && data['id'] !== keysOf(thing)['id']) return fault(data['id'], thing.key);
    return this.object(below.get(thing.type) ?? [], data, place, this.#request.variables);
  }

  #leaf(asked: Asked, got: unknown, place: Place, args: Data): Fault | undefined {
    const { field } = asked;
    const { over } = this.#request;
    const keys = keysOfValue(field, place.thing, args);
    if (isOfTenant(field.scope)) keys.push(`tenant ${this.#is.tenantId}`);
    const from = this.#seenFrom(asked, place, args);
    const told = [
      placeOf(field, place.thing, args),
      toldOf(this.#is, field.scope),
      heardOf(this.#request.headers),
      '',
    ].join('|');
    const [oldest, newest] = [this.#ledger.version(keys, from), this.#ledger.version(keys, over)];
    const covers = this.#coversOf(asked, place, args);
    const allowed = `${told} and a version from ${oldest} to ${newest}`;
    const fault: Fault = { path: place.path, got, allowed, keys: [...keys, ...covers] };
    if (got === null) {
      this.#looked.missing += 1;
      return this.#mayLack(asked, place, args) || this.#hasFailed(asked, place, from) ? undefined : fault;
    }
    this.#looked.values += 1;
    if (typeof got !== 'string' || !got.startsWith(told)) return fault;
    const [version, fed] = got.slice(told.length).split(/>(.*)/s);
    if (!(Number(version) >= oldest && Number(version) <= newest)) return fault;
    const feeding = FIELDS.get(field.on)?.find(({ name }) => name === field.feeding);
    if (feeding === undefined) return undefined;
    return this.#leaf({ ...asked, field: feeding }, fed, { ...place, path: `${place.path}>` }, {});
  }

  /** Up to which moment all that was written must be seen. */
  #seenFrom(asked: Asked, place: Place, args: Data): number {
    const { began, joined, wrote = 0 } = this.#request;
    const known = Math.max(wrote, this.#ledger.floor(this.#coversOf(asked, place, args), began));
    return asked.field.scope === undefined ? Math.max(known, joined) : known;
  }

  /** What makes the value forgotten: all that is said of it, and of the value that it is part of. */
  #coversOf({ field }: Asked, { thing, subgraph, covers }: Place, args: Data): string[] {
    const { person, gateway } = this.#request;
    const own = keysOfValue(field, thing, args);
    if (isOfTenant(field.scope)) own.push(changeOf(person.tenant, gateway));
    if (subgraph === field.subgraph && field.feeding === undefined) return [...own, ...covers];
    return subgraph === undefined ? own : [...own, `${field.subgraph} ${rowOf(thing)}`];
  }

  /** Whether there need not be a value. */
  #mayLack(asked: Asked, place: Place, args: Data): boolean {
    const { thing, subgraph } = place;
    if (this.#request.isBroken) return true;
    if (thing.type !== 'Item' || asked.field.subgraph === subgraph) return false;
    const from = this.#seenFrom(asked, place, args);
    return this.#ledger.within(gone(thing.key), from, this.#request.over).includes(true);
  }

  #hasFailed({ field }: Asked, { covers }: Place, from: number): boolean {
    const { joined, over } = this.#request;
    // An error is never kept, but what is fetched behind an answer may be under way longer than any request.
    const since = covers.includes('stock Page') ? Math.min(from, joined) : joined;
    return this.#ledger.within(failing(field), since, over).includes(true);
  }
}

/** What is true for callers of a tenant on one gateway after one of them has changed something there. */
export const changeOf = (tenant: string, gateway: number): string => `change ${tenant} at ${gateway}`;
