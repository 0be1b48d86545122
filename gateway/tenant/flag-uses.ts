import { GLOBAL, type NewEvent } from '@chorus/shared/event-bus.ts';
import type { FlagsEvaluated } from '@chorus/shared/flags/events.ts';

/** That flags decided about a request. */
export type NoteFlags = (flags: readonly string[]) => void;

const AGAIN_MS = 60_000;

/** Tells accounts which flags are in use, at most once a minute for each; only a schema names them, so there are few. */
export function flagUses(tell: (event: Pick<NewEvent, 'type' | 'tenantId' | 'data'>) => void): NoteFlags {
  const noted = new Map<string, number>();
  return (flags) => {
    const now = Date.now();
    const due = flags.filter((flag) => now - (noted.get(flag) ?? 0) >= AGAIN_MS);
    if (due.length === 0) return;
    for (const flag of due) noted.set(flag, now);
    const data: FlagsEvaluated = { flags: due };
    tell({ type: 'flag.evaluated', tenantId: GLOBAL, data });
  };
}
