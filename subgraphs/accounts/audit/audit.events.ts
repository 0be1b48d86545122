import type { Apply } from '@chorus/db/consumer.ts';
import { AUDIT_TOLD, type ToldAudit } from '@chorus/db/audit-events.ts';
import type { AccessDenied } from '@chorus/db/denials.ts';
import type { AccessDenied as GatewayDenied } from '@chorus/shared/access-denied.ts';
import type { CredentialRefused } from '@chorus/shared/credential-refused.ts';
import { newId } from '@chorus/shared/id.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { auditTold, auditToldByPlatform } from './audit.service.ts';
import { auditDenial } from './denials.service.ts';

/** What the audit log learns from the other subgraphs. */
export const denialEvents: Readonly<Record<string, Apply>> = {
  'access.denied': (transaction, { id, data }) => auditDenial(transaction, data as AccessDenied, id),
};

/** What the audit log learns from subgraphs in which something is changed; staff act in the platform's own log and in the tenant's. */
export const toldEvents: Readonly<Record<string, Apply>> = {
  [AUDIT_TOLD]: (transaction, { id, tenantId, data }) => {
    const { origin, byPlatform, reason, ...told } = data as ToldAudit;
    const event = {
      ...told,
      targets: [{ kind: 'tenant', id: tenantId } as const],
      ...(reason === undefined ? {} : { detail: { reason } }),
    };
    const write = byPlatform && tenantId !== PLATFORM_TENANT ? auditToldByPlatform : auditTold;
    return write(transaction, id, event, origin);
  },
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
