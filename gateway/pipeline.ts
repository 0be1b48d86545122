import { line } from './line.ts';
import type { Caller } from './caller.ts';
import type {
  Asked,
  Closing,
  Costed,
  Documented,
  Executed,
  Explained,
  Identified,
  Incoming,
} from './request.ts';
import type { Rights } from './caller.ts';
import type { Permitted, Pipeline, PreparedOperation, Received, Shared, Stage, Tenanted } from './request.ts';

/** The stages of one gateway; each folder of that name makes its own. */
export interface Stages {
  http: Stage<Incoming, { asked: Asked }>;
  documents: Stage<Received, { operation: PreparedOperation }>;
  identity: Stage<Documented, { caller: Caller }>;
  tenant: Stage<Identified, { rights: Rights }>;
  explain: Stage<Tenanted, Pick<Explained, 'explanation'>>;
  cost: Stage<Explained, Pick<Costed, 'cost'>>;
  rate: Stage<Costed, object>;
  quota: Stage<Costed, object>;
  access: Stage<Costed, Pick<Permitted, 'permitted'>>;
  cache: Stage<Permitted, Pick<Shared, 'sharing'>>;
  executor: Stage<Shared, Pick<Executed, 'outcome'>>;
  errors: Closing<Executed>;
}

/** The life of a request. */
export const pipeline = (stages: Stages): Pipeline =>
  line()
    .next(stages.http)
    .next(stages.documents)
    .next(stages.identity)
    .next(stages.tenant)
    .next(stages.explain)
    .next(stages.cost)
    .next(stages.rate)
    .next(stages.quota)
    .next(stages.access)
    .next(stages.cache)
    .next(stages.executor)
    .close(stages.errors);
