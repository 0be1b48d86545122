/** Why one place of an answer is as it is; each stage adds the line it knows. */
export interface Reasons {
  access?: AccessReason;
  feature?: { flag: string; on: boolean } & FlagReason;
  cost?: number;
  /** The fetch that filled the place, or was to. */
  fetch?: { subgraph: string; ms: number };
  /** Only for fetches of which something is kept. */
  cache?: CacheReason;
}

/** How the cache served a place, of all its objects together. */
export interface CacheReason {
  /** `miss` when any object was asked for, `stale` when any value should be newer. */
  state: 'hit' | 'stale' | 'miss' | 'bypass';
  /** Whom its values are kept for. */
  scope?: string;
  /** Seconds since the oldest served value was asked for, */
  age?: number;
  /** and until the first of them is not fresh any more; negative when it is not. */
  ttl?: number;
  reason?: string;
  /** How many objects of a list were served how. */
  objects?: Readonly<Record<'hit' | 'stale' | 'miss', number>>;
}

export interface AccessReason {
  /** What is demanded here, as a schema writes it. */
  rules: readonly string[];
  allowed: boolean;
  code?: string;
  grant?: DecidingGrant;
  /** The policies the rules name, and whether each is met. */
  policies?: Readonly<Record<string, boolean>>;
  /** Seconds since the second factor, and how many it may be. */
  mfa?: { age: number | null; maxAge?: number };
}

/** What gives or withholds a scope; without an effect it is the token that lists it. */
export interface DecidingGrant extends Partial<NamedGrant> {
  scope: string;
  /** What the owner of an API key holds, because a key never may more. */
  owner?: NamedGrant;
}

/** A grant of the caller; without a role it is a scope of an API key. */
export interface NamedGrant {
  role?: string;
  effect: 'allow' | 'deny';
  id?: string;
}

/** What decided about a flag, and by which rule where one did. */
export interface FlagReason {
  layer: string;
  rule?: string;
}

/** What only those can say who know the caller. */
export interface CallerReasons {
  grant: (scope: string) => DecidingGrant | undefined;
  flag: (flag: string) => FlagReason;
}

/** Why the answer is as it is, for one caller who may know; filled by the stages a request goes through. */
export interface Explanation extends CallerReasons {
  /** What the whole operation costs, when somebody has counted. */
  cost: number | undefined;
  /** The reasons of a response path, its names joined by dots and without list indices. */
  at: (path: string) => Reasons;
  /** Says who filled a path; the first one did, and paths nobody asked for are the planner's own. */
  filled: (path: string, fetch: NonNullable<Reasons['fetch']>) => void;
  /** Whether it is known what the caller gets. */
  judged: () => boolean;
  /** What stands so far, of places that access has judged. */
  told: () => Why;
}

/** `extensions.why`, as documented. */
export interface Why {
  cost?: number;
  paths: Readonly<Record<string, Reasons>>;
}

const MOST_PATHS = 2000;

/** An empty explanation. */
export function newExplanation(caller: CallerReasons): Explanation {
  const paths = new Map<string, Reasons>();
  const judged = () => [...paths].filter(([, { access }]) => access !== undefined);
  const explanation: Explanation = {
    ...caller,
    cost: undefined,
    at: (path) => {
      const known = paths.get(path) ?? {};
      // Access goes through the document from top to bottom, so that is the order they are told in.
      if (known.access === undefined) paths.delete(path);
      if (paths.size < MOST_PATHS) paths.set(path, known);
      return known;
    },
    filled: (path, fetch) => {
      const known = paths.get(path);
      if (known !== undefined) known.fetch ??= fetch;
    },
    judged: () => judged().length > 0,
    told: () => {
      const { cost } = explanation;
      return { ...(cost === undefined ? {} : { cost }), paths: Object.fromEntries(judged()) };
    },
  };
  return explanation;
}
