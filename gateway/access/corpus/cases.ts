import type { Suite } from './corpus.ts';
import { collapses } from './collapses.cases.ts';
import { conditions } from './conditions.cases.ts';
import { entities, keys } from './entities.cases.ts';
import { enums } from './enums.cases.ts';
import { fields } from './fields.cases.ts';
import { hidden } from './hidden.cases.ts';
import { inputs } from './inputs.cases.ts';
import { introspection } from './introspection.cases.ts';
import { interfaces, typenames } from './interfaces.cases.ts';
import { challenges, mfa } from './mfa.cases.ts';
import { filtering, mutations, rejecting } from './mutations.cases.ts';
import { prototypes, renamed } from './names.cases.ts';
import { lists, nulls } from './nulls.cases.ts';
import { policies } from './policies.cases.ts';
import { required } from './requires.cases.ts';
import { scopes, shared } from './scopes.cases.ts';
import { spellings } from './spellings.cases.ts';
import { roots, types } from './types.cases.ts';
import { unions } from './unions.cases.ts';

/** What comes of fields and types, by schema. */
export const ANSWERS: readonly Suite[] = [
  fields,
  spellings,
  types,
  roots,
  interfaces,
  typenames,
  unions,
  enums,
  nulls,
  lists,
  collapses,
  conditions,
];

/** What goes in, who calls, and how operations run. */
export const AROUND: readonly Suite[] = [
  inputs,
  hidden,
  introspection,
  scopes,
  shared,
  mfa,
  challenges,
  entities,
  keys,
  required,
  mutations,
  filtering,
  rejecting,
  policies,
  renamed,
  prototypes,
];
