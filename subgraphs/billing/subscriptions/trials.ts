import { tellAuditOfNobody } from '@chorus/db/audit-events.ts';
import { transactionOf, type Transaction } from '@chorus/db/context.ts';
import type { Database } from '@chorus/db/database.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Logger } from '@chorus/shared/log.ts';
import type { Part } from '@chorus/shared/process.ts';
import { wakeable } from '@chorus/shared/wakeable.ts';
import { WITH_SUBSCRIPTION } from '../outdated.ts';
import { versionAt } from '../plans/offers.service.ts';
import { versionsOfPlans } from '../plans/plan-versions.queries.ts';
import { planByKey } from '../plans/plans.service.ts';
import { dueTrials, lockSubscription, updateSubscription } from './subscriptions.queries.ts';
import { AFTER_TRIAL } from './subscriptions.service.ts';

const POLL_MS = 500;

/** Ends trials within a second of their end; what several processes find at once is done once. */
export async function startTrials({ database, log }: { database: Database; log: Logger }): Promise<Part> {
  const pause = wakeable();
  let stopped = false;
  const running = (async () => {
    while (!stopped) {
      await endTrials(database).catch((error: unknown) => log.warn({ error }, 'trials are ended later'));
      if (!stopped) await pause.wait(POLL_MS);
    }
  })();
  return {
    name: 'trials',
    stop: async () => {
      stopped = true;
      pause.wake();
      await running;
    },
  };
}

/** Ends all trials that are over. */
export async function endTrials(database: Database, now = new Date()): Promise<void> {
  for (const tenantId of await dueTrials(database.statements(null), now))
    await transactionOf(database, tenantId, (transaction) => endTrial(transaction, now));
}

/** What nobody keeps becomes the free plan, without anything beside it; nothing is charged. */
async function endTrial(transaction: Transaction, now: Date): Promise<void> {
  const row = await lockSubscription(transaction);
  if (row === undefined || row.trialEndsAt === null || row.trialEndsAt > now) return;
  const { id: planId, key } = await planByKey(transaction, AFTER_TRIAL);
  const versions = await versionsOfPlans(transaction, [planId]);
  const { version: planVersion, includedSeats: seats } = versionAt(versions.get(planId) ?? [], now);
  await updateSubscription(transaction, {
    planId,
    planVersion,
    seats,
    addOns: [],
    terms: [],
    trialEndsAt: null,
    changedAt: row.trialEndsAt,
  });
  await tellAuditOfNobody(transaction, newId(), {
    action: 'trial.ended',
    before: { endedAt: row.trialEndsAt, seats: row.seats },
    after: { plan: `${key}@${planVersion}`, seats },
  });
  await transaction.emit('tenant.changed', { plan: key });
  await transaction.outdate(WITH_SUBSCRIPTION);
}
