import { line } from './line.ts';
import type { Asked, Caller, Closing, Documented, Executed, Identified, Incoming } from './request.ts';
import type { Permitted, Pipeline, PreparedOperation, Received, Rights, Stage, Tenanted } from './request.ts';

/** The stages of one gateway; each folder of that name makes its own. */
export interface Stages {
  http: Stage<Incoming, { asked: Asked }>;
  documents: Stage<Received, { operation: PreparedOperation }>;
  identity: Stage<Documented, { caller: Caller }>;
  tenant: Stage<Identified, { rights: Rights }>;
  rate: Stage<Tenanted, object>;
  access: Stage<Tenanted, Pick<Permitted, 'permitted'>>;
  executor: Stage<Permitted, Pick<Executed, 'outcome'>>;
  errors: Closing<Executed>;
}

/** The life of a request. `cost` joins before `rate`, `cache` behind `access`. */
export const pipeline = (stages: Stages): Pipeline =>
  line()
    .next(stages.http)
    .next(stages.documents)
    .next(stages.identity)
    .next(stages.tenant)
    .next(stages.rate)
    .next(stages.access)
    .next(stages.executor)
    .close(stages.errors);
