import type { AccessDenied, DeniedField } from '@chorus/shared/access-denied.ts';
import { GLOBAL, type NewEvent } from '@chorus/shared/event-bus.ts';
import { floodOf } from '../flood.ts';
import { originOf } from '../origin.ts';
import type { Rights } from '../caller.ts';
import type { Tenanted } from '../request.ts';
import { applies, type Variables } from './conditions.ts';
import type { Demand } from './demands.ts';
import { codeOf } from './denials.ts';
import type { Denial } from './failing.ts';

/** More than any honest request is denied; the rest would tell nothing new. */
const MOST_DENIALS = 20;

type Told = Pick<NewEvent, 'type' | 'tenantId'> & { data: AccessDenied };

/** What was decided about one request. */
export interface Decided {
  denied: Iterable<Denial>;
  demands: readonly Demand[];
  variables: Variables;
}

/** Tells the audit log what was denied to whom. */
export interface ToldDenials {
  tell: (request: Tenanted, decided: Decided) => void;
  /** Tells what was only counted so far. */
  stop: () => Promise<void>;
}

/**
 * Tells what known callers were denied as one event a request; of those of one caller the first five of a second, and
 * the rest as one. Plans that lack a feature and visitors who have not signed in are no denials.
 */
export function toldDenials(tell: (event: Told) => void): ToldDenials {
  const flood = floodOf<Told>(({ tenantId, data }) => `${tenantId} ${data.actor.id}`, tell);
  return {
    tell: (request, decided) => {
      const event = eventOf(request, decided);
      if (event !== undefined) flood.tell(event);
    },
    stop: async () => flood.close(),
  };
}

function eventOf(request: Tenanted, decided: Decided): Told | undefined {
  const { kind, subject, tenantId } = request.rights.identity;
  if (subject === null || kind === 'anonymous' || kind === 'service') return undefined;
  const denials = deniedFields(request.rights, decided);
  if (denials.length === 0) return undefined;
  const data = { actor: { kind, id: subject }, denials, origin: originOf(request) };
  return { type: 'access.denied', tenantId: tenantId ?? GLOBAL, data };
}

function deniedFields(rights: Rights, { denied, demands, variables }: Decided): DeniedField[] {
  const found = new Map<string, DeniedField>();
  for (const { entry, failed } of denied) {
    if (found.size >= MOST_DENIALS) break;
    if (!applies(entry.conditions, variables)) continue;
    const reason = REASONS[codeOf(demands[failed], rights)];
    if (reason === undefined) continue;
    const { coordinate: field } = entry;
    const permission = permissionOf(
      demands[failed],
      entry.demands.flatMap((number) => demands[number] ?? []),
      rights,
    );
    const key = permission ?? field;
    if (!found.has(key))
      found.set(key, { field, ...(permission === undefined ? {} : { permission }), reason });
  }
  return [...found.values()];
}

const REASONS: Readonly<Record<string, DeniedField['reason']>> = {
  FORBIDDEN: 'forbidden',
  MFA_REQUIRED: 'mfa-required',
};

/** The first scope that is missing, or of those that are held the first that a second factor is wanted for. */
function permissionOf(
  failed: Demand | undefined,
  asked: readonly Demand[],
  rights: Rights,
): string | undefined {
  const lacks = (scope: string) => !rights.scopes.has(scope);
  if (failed?.kind === 'scopes') return failed.anyOf[0]?.find(lacks);
  if (failed?.kind !== 'mfa') return undefined;
  const scopes = asked.find((demand) => demand.kind === 'scopes');
  return scopes?.anyOf.find((all) => !all.some(lacks))?.[0];
}
