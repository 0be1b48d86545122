import { Refusal } from '../errors/errors.ts';
import type { Stage, Tenanted } from '../request.ts';
import { spacing } from './spacing.ts';

/** Far more keys than use a gateway within a second, which is for how long a key must be remembered. */
const MOST_KEYS = 100_000;

/**
 * Holds every API key to its requests a second, whatever it asks for. People and anonymous callers pass. Each gateway
 * counts for itself, so several together let as many times as much through, until they share a store.
 */
export function rate(now = () => performance.now()): Stage<Tenanted, object> {
  const spend = spacing(MOST_KEYS, now);
  return ({ caller }) => {
    if (caller.kind !== 'key') return {};
    const earlyMs = spend(`${caller.tenantId} ${caller.subject}`, caller.rateLimit);
    if (earlyMs === 0) return {};
    const seconds = Math.max(1, Math.ceil(earlyMs / 1000));
    throw new Refusal('RATE_LIMITED', undefined, { headers: { 'retry-after': String(seconds) } });
  };
}
