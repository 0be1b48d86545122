import type { Apply } from '@chorus/db/consumer.ts';
import type { AccessDenied } from '@chorus/db/denials.ts';
import type { AccessDenied as GatewayDenied } from '@chorus/shared/access-denied.ts';
import type { CredentialRefused } from '@chorus/shared/credential-refused.ts';
import { newId } from '@chorus/shared/id.ts';
import { auditTold } from './audit.service.ts';
import { auditDenial } from './denials.service.ts';

/** What the audit log learns from the other subgraphs. */
export const denialEvents: Readonly<Record<string, Apply>> = {
  'access.denied': (transaction, { id, data }) => auditDenial(transaction, data as AccessDenied, id),
};

/** What the audit log learns from the gateway. */
export const gatewayEvents: Readonly<Record<string, Apply>> = {
  'access.denied': async (transaction, { id, data }) => {
    const { actor, denials, more, origin } = data as GatewayDenied;
    const [first, ...others] = denials;
    if (first === undefined) return;
    const detail = { ...first, ...(more === undefined ? {} : { more }) };
    await auditTold(transaction, id, { action: 'access.denied', actor, detail }, origin);
    for (const other of others)
      await auditTold(transaction, newId(), { action: 'access.denied', actor, detail: other }, origin);
  },
  'credential.refused': (transaction, { id, data }) => {
    const { kind, reason, more, target, origin } = data as CredentialRefused;
    const detail = { factor: kind, reason, ...(more === undefined ? {} : { more }) };
    const party = kind === 'api-key' ? 'key' : kind;
    const targets = target === undefined ? [] : [{ kind: party, id: target } as const];
    const actor = { kind: 'unknown' } as const;
    return auditTold(transaction, id, { action: 'credential.refused', actor, targets, detail }, origin);
  },
};
