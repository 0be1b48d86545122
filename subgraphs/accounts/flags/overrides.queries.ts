import type { FlagOverridesRecord } from '@chorus/shared/flags/records.ts';
import { and, asc, eq, gt, isNull, or, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { featureOverride, type FeatureOverrideRow } from './flags.table.ts';

type Layer = FeatureOverrideRow['layer'];

const inForce = (tenantId: string) =>
  and(
    eq(featureOverride.tenantId, tenantId),
    or(isNull(featureOverride.expiresAt), gt(featureOverride.expiresAt, sql`now()`)),
  );

/** Those that have not ended. */
export const listOverrides = ({ db, tenantId }: Scope): Promise<FeatureOverrideRow[]> =>
  db
    .select()
    .from(featureOverride)
    .where(inForce(tenantId))
    .orderBy(asc(featureOverride.key), asc(featureOverride.layer));

export async function overrideOf({ db, tenantId }: Scope, key: string, layer: Layer) {
  const [row] = await db
    .select()
    .from(featureOverride)
    .where(and(inForce(tenantId), eq(featureOverride.key, key), eq(featureOverride.layer, layer)));
  return row;
}

/** In the place of the one before, if there is one. */
export async function saveOverride(
  { db, tenantId }: Scope,
  values: Omit<FeatureOverrideRow, 'tenantId' | 'setAt'>,
): Promise<FeatureOverrideRow> {
  const [row] = await db
    .insert(featureOverride)
    .values({ ...values, tenantId })
    .onConflictDoUpdate({
      target: [featureOverride.tenantId, featureOverride.key, featureOverride.layer],
      set: { ...values, setAt: sql`now()` },
    })
    .returning();
  if (row === undefined) throw new Error('the override was not saved');
  return row;
}

export async function deleteOverride({ db, tenantId }: Scope, key: string, layer: Layer): Promise<void> {
  await db
    .delete(featureOverride)
    .where(
      and(
        eq(featureOverride.tenantId, tenantId),
        eq(featureOverride.key, key),
        eq(featureOverride.layer, layer),
      ),
    );
}

/** What gateways are told. */
export async function overridesRecord(scope: Scope): Promise<FlagOverridesRecord> {
  const rows = await listOverrides(scope);
  return {
    kills: rows.filter(({ layer }) => layer === 'kill').map(({ key }) => key),
    overrides: Object.fromEntries(
      rows.flatMap(({ key, variant, forced, expiresAt }) =>
        variant === null
          ? []
          : [[key, { variant, forced, ...(expiresAt !== null && { until: expiresAt.getTime() / 1000 }) }]],
      ),
    ),
  };
}
