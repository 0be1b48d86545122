import type { CredentialRefused } from '@chorus/shared/credential-refused.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { GLOBAL, type NewEvent } from '@chorus/shared/event-bus.ts';
import { isId } from '@chorus/shared/id.ts';
import { errors } from 'jose';
import { floodOf } from '../flood.ts';
import { originOf } from '../origin.ts';
import type { Caller } from '../caller.ts';
import type { Documented, Stage } from '../request.ts';

/** What is known of a credential that is refused; the client is told none of it. */
export interface Refused extends Pick<CredentialRefused, 'kind' | 'reason' | 'target'> {
  /** Whose log tells it; nobody's when the credential proves nothing. */
  tenantId?: string;
}

/** The one short denial, with what the audit log should know. */
export const refused = (cause: Refused): AppError => new AppError('UNAUTHENTICATED', undefined, { cause });

type Told = Pick<NewEvent, 'type' | 'tenantId'> & { data: CredentialRefused };

/** Stages whose refusals of credentials are told to the audit log. */
export interface CredentialRefusals {
  telling: <Needs extends Documented & { caller?: Caller }, Adds extends object>(
    stage: Stage<Needs, Adds>,
  ) => Stage<Needs, Adds>;
  /** Tells what was only counted so far. */
  stop: () => Promise<void>;
}

/** Tells each refusal as an event; of those from one address the first five of a second, and the rest as one. */
export function credentialRefusals(tell: (event: Told) => void): CredentialRefusals {
  const limit = floodOf<Told>(({ data }) => data.origin.clientAddress, tell);
  return {
    telling: (stage) => async (request) => {
      try {
        return await stage(request);
      } catch (failure) {
        const found = refusedBy(failure, request.caller);
        if (found !== undefined) limit.tell(eventOf(found, request));
        throw failure;
      }
    },
    stop: async () => limit.close(),
  };
}

function eventOf({ tenantId = '', ...known }: Refused, request: Documented): Told {
  return {
    type: 'credential.refused',
    tenantId: isId(tenantId) ? tenantId : GLOBAL,
    data: { ...known, origin: originOf(request) },
  };
}

/** Undefined for what is no refusal of a credential. A caller that was known has ended since. */
function refusedBy(failure: unknown, caller: Caller | undefined): Refused | undefined {
  if (!(failure instanceof AppError) || failure.code !== 'UNAUTHENTICATED') return undefined;
  if (caller?.kind === 'key')
    return { kind: 'api-key', reason: 'ended', target: caller.subject, tenantId: caller.tenantId };
  if (caller?.kind === 'member') return ended(caller.sessionId, caller.tenantId);
  const { cause } = failure;
  return cause instanceof Error ? refusedToken(cause) : (cause as Refused | undefined);
}

const ended = (sessionId: unknown, tenantId: unknown): Refused => ({
  kind: 'session',
  reason: 'ended',
  ...(typeof sessionId === 'string' ? { target: sessionId } : {}),
  ...(typeof tenantId === 'string' ? { tenantId } : {}),
});

/** Well-formed, but not signed by us or not for us. */
const FORGED = new Set([
  'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  'ERR_JWKS_NO_MATCHING_KEY',
  'ERR_JWT_CLAIM_VALIDATION_FAILED',
]);

/** The claims of a token that only came too late were signed by us. */
function refusedToken(cause: Error): Refused {
  if (cause instanceof errors.JWTExpired) return ended(cause.payload['sid'], cause.payload['tid']);
  const forged = cause instanceof errors.JOSEError && FORGED.has(cause.code);
  return { kind: 'session', reason: forged ? 'unknown' : 'malformed' };
}
