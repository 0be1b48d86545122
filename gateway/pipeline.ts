import { line } from './line.ts';
import type { Asked, Caller, Closing, Documented, Executed, Identified, Incoming } from './request.ts';
import type {
  Explained,
  Permitted,
  Pipeline,
  PreparedOperation,
  Received,
  Rights,
  Stage,
  Tenanted,
} from './request.ts';

/** The stages of one gateway; each folder of that name makes its own. */
export interface Stages {
  http: Stage<Incoming, { asked: Asked }>;
  documents: Stage<Received, { operation: PreparedOperation }>;
  identity: Stage<Documented, { caller: Caller }>;
  tenant: Stage<Identified, { rights: Rights }>;
  explain: Stage<Tenanted, Pick<Explained, 'explanation'>>;
  rate: Stage<Tenanted, object>;
  access: Stage<Explained, Pick<Permitted, 'permitted'>>;
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
    .next(stages.explain)
    .next(stages.rate)
    .next(stages.access)
    .next(stages.executor)
    .close(stages.errors);
