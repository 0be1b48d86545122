import type { GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Supergraph } from '../feature.ts';
import type { Rights } from '../caller.ts';
import type { Generation, PreparedOperation } from '../request.ts';
import { decider, type Decide } from './decide.ts';
import { operationAccess, type Judged, type OperationAccess } from './operation.ts';
import { compileRules, type AccessRules } from './rules.ts';
import { seeing, type SeenSchema } from './seen.ts';
import { variantOf, type Variant } from './variant.ts';

const MOST_VARIANTS = 2_000;
const MOST_BYTES = 128 * 1024 * 1024;
/** For operations as they came, which are kept besides. */
const MOST_BYTES_NOTED = 64 * 1024 * 1024;

/** Of a prepared operation, what access reads. */
type Named = Pick<PreparedOperation, 'document' | 'operation' | 'queryHash' | 'name'>;

/** What access knows of one supergraph, and of the operations that came for it. */
export interface AccessTables {
  rules: AccessRules;
  decide: Decide;
  /** A schema made from this supergraph as a caller sees it. */
  seen: (schema: GraphQLSchema, rights: Rights) => SeenSchema;
  of: (operation: Named) => OperationAccess;
  /** The operation without what fails; kept for everybody who fails the same. */
  variant: (operation: Named, judged: Judged) => Variant;
}

const compiled = new WeakMap<Supergraph, AccessTables>();

/**
 * The tables of a supergraph, compiled when it is loaded.
 * @throws ConfigError when one of its rules has no clear meaning
 */
export function compileAccess(supergraph: Supergraph): AccessTables {
  let tables = compiled.get(supergraph);
  if (tables === undefined) compiled.set(supergraph, (tables = accessTables(supergraph)));
  return tables;
}

export const tablesOf = ({ supergraph }: Generation): AccessTables => compileAccess(supergraph);

/** The names of policies that the supergraph relies on. */
export const policiesAsked = (generation: Generation): string[] => [
  ...new Set(
    tablesOf(generation).rules.demands.flatMap((demand) =>
      demand.kind === 'policies' ? demand.anyOf.flat() : [],
    ),
  ),
];

/** The flags that the supergraph relies on. */
export const flagsAsked = (generation: Generation): string[] => [
  ...new Set(
    tablesOf(generation).rules.demands.flatMap((demand) => (demand.kind === 'feature' ? demand.flag : [])),
  ),
];

function accessTables(supergraph: Supergraph): AccessTables {
  const rules = compileRules(supergraph);
  const known = new LRUCache<Named, OperationAccess>({
    maxSize: MOST_BYTES_NOTED,
    sizeCalculation: ({ size }) => size,
  });
  const variants = new LRUCache<string, Variant>({
    max: MOST_VARIANTS,
    maxSize: MOST_BYTES,
    sizeCalculation: ({ size }) => size,
  });
  const of = (operation: Named): OperationAccess => {
    let access = known.get(operation);
    if (access === undefined) {
      access = operationAccess(operation.operation, operation.document, rules);
      known.set(operation, access);
    }
    return access;
  };
  const decide = decider(rules.demands);
  return {
    rules,
    decide,
    seen: seeing(rules, decide),
    of,
    variant: (operation, { failing, key }) => {
      const { queryHash, name = '' } = operation;
      const full = `${queryHash} ${name} ${key}`;
      let variant = variants.get(full);
      if (variant === undefined) {
        variant = variantOf({ ...operation, ...of(operation) }, failing);
        variants.set(full, variant);
      }
      return variant;
    },
  };
}
