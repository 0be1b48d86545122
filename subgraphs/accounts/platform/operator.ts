import type { Database } from '@chorus/db/database.ts';
import type { AuditSource } from '../audit/audit.service.ts';
import type { AuditParty } from '../audit/audit.table.ts';
import type { Services } from '../context.ts';

/** Whoever runs commands on the machine of the installation, as the log names them. */
export const OPERATOR: AuditParty = { kind: 'operator' };

/** What is done for the platform works with: the accounts database, and what mails need. */
export interface Operator extends AuditSource {
  database: Database;
  services: Pick<Services, 'dataKeys' | 'appUrl'>;
}
