import type { Suite } from './corpus.ts';
import { conditions } from './conditions.cases.ts';
import { entities, keys } from './entities.cases.ts';
import { enums } from './enums.cases.ts';
import { fields, spellings } from './fields.cases.ts';
import { inputs } from './inputs.cases.ts';
import { interfaces, typenames } from './interfaces.cases.ts';
import { challenges, mfa } from './mfa.cases.ts';
import { filtering, mutations, rejecting } from './mutations.cases.ts';
import { prototypes, renamed } from './names.cases.ts';
import { collapses, lists, nulls } from './nulls.cases.ts';
import { policies } from './policies.cases.ts';
import { required } from './requires.cases.ts';
import { scopes, shared } from './scopes.cases.ts';
import { types } from './types.cases.ts';
import { unions } from './unions.cases.ts';

/** All cases, one suite for each theme. */
export const SUITES: readonly Suite[] = [
  fields,
  spellings,
  types,
  interfaces,
  typenames,
  unions,
  inputs,
  enums,
  scopes,
  shared,
  mfa,
  challenges,
  nulls,
  lists,
  collapses,
  conditions,
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
