import { transactionOf } from '@chorus/db/context.ts';
import type { Database } from '@chorus/db/database.ts';
import { CATALOGUE } from '@chorus/shared/flags/catalogue.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { OPERATOR } from '../platform/operator.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';
import { insertFlag, saveVersion } from './flags.queries.ts';

/** Adds the flags that Chorus comes with; one that is there stays as the platform's staff made it. */
export const seedFlags = (database: Database): Promise<void> =>
  transactionOf(database, PLATFORM_TENANT, async (transaction) => {
    await lockTenant(transaction);
    let added = false;
    for (const definition of CATALOGUE) {
      const { key } = definition;
      if (!(await insertFlag(transaction, { key, definition }))) continue;
      const reason = 'Comes with Chorus.';
      await saveVersion(transaction, { key, version: 1, definition, reason, author: OPERATOR });
      added = true;
    }
    if (added) await tenantChanged(transaction, { flags: true });
  });
