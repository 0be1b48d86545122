import type { Ask, KeptAnswer } from '../cache/cache.ts';
import type { Data } from '../data.ts';
import type { Explanation } from '../explanation.ts';
import type { Call } from '../request.ts';
import { tellFilled } from '../transport/transport.ts';
import { merge } from './merge.ts';
import { placed, type PlacedError } from './places.ts';
import type { FetchStep, Step } from './plan.ts';
import type { Represented } from './representations.ts';
import { targetsAt } from './targets.ts';

/** Far more than a client is shown. */
const MOST_ERRORS = 1000;

export interface Running {
  variables: Readonly<Record<string, unknown>>;
  /** The variables that leave fields out, with their defaults. */
  conditions: ReadonlyMap<string, boolean>;
  call: Call;
}

/** One run of a plan: what subgraphs brought, put together, and what went wrong. */
export class Run {
  readonly data: Data = {};
  readonly errors: PlacedError[] = [];
  /** Places whose values are older than they should be. */
  readonly stale = new Set<string>();
  readonly #ask: Ask;
  readonly #running: Running;
  /** Variables as JSON, each written once. */
  readonly #written = new Map<string, string | undefined>();

  constructor(ask: Ask, running: Running) {
    this.#ask = ask;
    this.#running = running;
  }

  async step(step: Step): Promise<void> {
    switch (step.kind) {
      case 'fetch':
        return this.#fetch(step);
      case 'parallel':
        await Promise.all(step.steps.map((inner) => this.step(inner)));
        return;
      case 'sequence':
        for (const inner of step.steps) await this.step(inner);
        return;
      case 'condition': {
        const branch = this.#running.conditions.get(step.variable) === true ? step.yes : step.no;
        if (branch !== undefined) await this.step(branch);
      }
    }
  }

  async #fetch(step: FetchStep): Promise<void> {
    const targets = targetsAt(this.data, step.path);
    if (targets.length === 0) return;
    const represented = step.represent?.(targets);
    if (represented?.texts.length === 0) return;
    const { call } = this.#running;
    const { subgraph, shape, scope, kept } = step;
    const sharedBy = shape.mutation ? undefined : call.sharedBy(scope);
    const startedAt = call.explanation === undefined ? 0 : performance.now();
    const sent = represented?.texts.length ?? 0;
    const body = this.#body(step, represented);
    const keeping = kept && { kept, represented, variable: this.#variable };
    const answer = await this.#ask({ subgraph, body, shape, sent, sharedBy, call }, keeping);
    if (call.explanation !== undefined) tell(call.explanation, step, answer, startedAt);
    this.#take(answer, step, targets, represented);
  }

  #body({ head, variables }: FetchStep, represented: Represented | undefined): string {
    let text = head;
    for (const name of variables) {
      const value = this.#variable(name);
      if (value !== undefined) text += `${text === head ? '' : ','}${value}`;
    }
    if (represented === undefined) return `${text}}}`;
    return `${text}${text === head ? '' : ','}"representations":[${represented.texts.join(',')}]}}`;
  }

  /** As `"name":value`; a variable that was not given has its default in the operation's text. */
  readonly #variable = (name: string): string | undefined => {
    if (this.#written.has(name)) return this.#written.get(name);
    const { variables } = this.#running;
    const value = Object.hasOwn(variables, name) ? JSON.stringify(variables[name]) : undefined;
    const text = value === undefined ? undefined : `${JSON.stringify(name)}:${value}`;
    this.#written.set(name, text);
    return text;
  };

  #take(
    answer: KeptAnswer,
    step: FetchStep,
    targets: readonly Data[],
    represented: Represented | undefined,
  ): void {
    const { data } = answer;
    if (answer.errors.length > 0 && this.errors.length < MOST_ERRORS)
      this.errors.push(...placed(answer, step, represented, this.data));
    for (const name of answer.stale ?? []) this.stale.add(placeOf(step, name));
    if (data === null) return;
    if (represented === undefined) {
      for (const target of targets) merge(target, data, step.fields);
      return;
    }
    const entities = data['_entities'] as readonly (Readonly<Data> | null)[];
    for (const [index, target] of represented.targets.entries()) {
      const entity = entities[represented.positions[index] as number];
      if (entity !== null && entity !== undefined) merge(target, entity, step.fields);
    }
  }
}

/** Says of every place of a fetch whether it was kept, or which subgraph filled it. */
function tell(explanation: Explanation, step: FetchStep, { told }: KeptAnswer, startedAt: number): void {
  const { subgraph, text: query, path } = step;
  for (const [name, reason] of told ?? []) explanation.at(placeOf(step, name)).cache = reason;
  const isAsked = (name: string) => !SERVED.has(told?.get(name)?.state ?? 'bypass');
  tellFilled(explanation, { subgraph, query, startedAt, path, isAsked });
}

/** States of a place for which no subgraph was asked. */
const SERVED = new Set(['hit', 'stale']);

/** Response names from the root; lists are not told. */
const placeOf = ({ path, renamed }: FetchStep, name: string): string =>
  [...path.filter((step) => step !== '@'), renamed.get(name)?.name ?? name].join('.');
