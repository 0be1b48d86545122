import type { Apply } from '@chorus/db/consumer.ts';
import type { FlagsEvaluated, FlagsNamed } from '@chorus/shared/flags/events.ts';
import { markEvaluated, markInSchema } from './flags.queries.ts';

/** What accounts learns from gateways about flags. */
export const flagEvents: Readonly<Record<string, Apply>> = {
  'flag.evaluated': (transaction, { data, time }) =>
    markEvaluated(transaction, (data as FlagsEvaluated).flags, new Date(time)),
  'flag.named': (transaction, { data }) => markInSchema(transaction, (data as FlagsNamed).flags),
};
