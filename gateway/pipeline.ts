import { line } from './line.ts';
import type {
  Asked,
  Caller,
  Closing,
  Costed,
  Documented,
  Executed,
  Identified,
  Incoming,
} from './request.ts';
import type { Pipeline, PreparedOperation, Received, Rights, Stage, Tenanted } from './request.ts';

/** The stages of one gateway; each folder of that name makes its own. */
export interface Stages {
  http: Stage<Incoming, { asked: Asked }>;
  documents: Stage<Received, { operation: PreparedOperation }>;
  identity: Stage<Documented, { caller: Caller }>;
  tenant: Stage<Identified, { rights: Rights }>;
  cost: Stage<Tenanted, Pick<Costed, 'cost'>>;
  rate: Stage<Tenanted, object>;
  executor: Stage<Tenanted, Pick<Executed, 'result'>>;
  errors: Closing<Executed>;
}

/** The life of a request. `access` and `cache` join behind `rate`. */
export const pipeline = (stages: Stages): Pipeline =>
  line()
    .next(stages.http)
    .next(stages.documents)
    .next(stages.identity)
    .next(stages.tenant)
    .next(stages.cost)
    .next(stages.rate)
    .next(stages.executor)
    .close(stages.errors);
