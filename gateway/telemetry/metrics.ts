import { Counter, Gauge, Registry } from 'prom-client';
import type { FieldStore, ServedCounts } from '../cache/cache.ts';

export interface Measured {
  counts: ServedCounts;
  store: Pick<FieldStore, 'bytes' | 'invalidations'>;
  /** Whether what other gateways tell arrives; undefined where there are none. */
  isHeard: (() => boolean) | undefined;
}

/** What a gateway counts, in the text format of Prometheus; collected when somebody asks. */
export function metrics({ counts, store, isHeard }: Measured): Registry {
  const registry = new Registry();
  const registers = [registry];
  new Counter({
    name: 'chorus_cache_fields_total',
    help: 'Values looked for in the cache, by what became of it.',
    labelNames: ['subgraph', 'type', 'field', 'state'],
    registers,
    collect() {
      this.reset();
      for (const [labels, served] of counts.all())
        for (const [state, count] of Object.entries(served)) this.inc({ ...labels, state }, count as number);
    },
  });
  new Counter({
    name: 'chorus_cache_answers_total',
    help: 'Operations whose whole answer may be kept, by whether it was.',
    labelNames: ['state'],
    registers,
    collect() {
      this.reset();
      for (const state of ['hit', 'miss'] as const) this.inc({ state }, counts.answers[state]);
    },
  });
  new Gauge({
    name: 'chorus_cache_bytes',
    help: 'What the cache keeps in memory, roughly.',
    registers,
    collect() {
      this.set(store.bytes);
    },
  });
  new Counter({
    name: 'chorus_cache_invalidations_total',
    help: 'Times the cache was told to forget something.',
    registers,
    collect() {
      this.reset();
      this.inc(store.invalidations);
    },
  });
  if (isHeard !== undefined) hearing(registry, isHeard);
  return registry;
}

function hearing(registry: Registry, isHeard: () => boolean): void {
  new Gauge({
    name: 'chorus_cache_others_heard',
    help: '1 while what other gateways tell arrives; nothing that is kept is served otherwise.',
    registers: [registry],
    collect() {
      this.set(isHeard() ? 1 : 0);
    },
  });
}
