import { getTableColumns, sql } from 'drizzle-orm';
import { pgTable, uuid, PgDialect } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { abilityOf, packedRulesOf } from '@chorus/shared/ability.ts';
import type { Condition } from '@chorus/shared/conditions.ts';
import type { Grant } from '@chorus/shared/grants.ts';
import { newId } from '@chorus/shared/id.ts';
import { judgedRows, sqlEqualsMemory } from '@chorus/tests/harness/row-rules.ts';
import { callerRows, rowsAllowed } from './conditions.ts';

const table = pgTable('tracked', { tenantId: uuid('tenant_id').notNull(), id: uuid().notNull() });
const tracked = getTableColumns(table);
const tenantId = newId();

const textOf = (effect: 'allow' | 'deny', conditions?: Condition) => {
  const grant = { effect, permission: 'trackers.read', ...(conditions && { conditions }) } as const;
  const ability = abilityOf(packedRulesOf(tenantId, [grant], {}));
  return new PgDialect().sqlToQuery(rowsAllowed(ability, 'trackers.read', tracked)).sql;
};

const seed = Number(process.env['CHORUS_TEST_SEED'] ?? Date.now() % 2 ** 31);

test(`SQL selects exactly the rows that memory allows (150 cases, seed ${seed})`, async () => {
  const { db, end } = await judgedRows();
  try {
    const { allowed, denied } = await sqlEqualsMemory(db, 150, seed);
    expect(Math.min(allowed, denied)).toBeGreaterThan(150);
  } finally {
    await end();
  }
});

test('without an allow no row is selected', () => {
  expect(textOf('deny')).toBe('false');
  expect(new PgDialect().sqlToQuery(rowsAllowed(abilityOf([]), 'trackers.read', tracked)).sql).toBe('false');
});

test('an allow without conditions still selects rows of its tenant only, in a form an index serves', () => {
  expect(textOf('allow')).toBe('("tracked"."tenant_id" = $1::uuid)');
  expect(textOf('allow', { op: 'in', field: 'id', value: [newId()] })).toBe(
    '(("tracked"."tenant_id" = $1::uuid and "tracked"."id" = any($2::uuid[])))',
  );
});

test('callers whose rules leave out no row of their tenant have nothing to filter, and all others do', () => {
  const everywhere = { effect: 'allow', permission: 'mentions.read' } as const;
  const one = { ...everywhere, conditions: { op: 'eq', field: 'id', value: newId() } } as const;
  const filters = (tenant: string, ...grants: Grant[]) => {
    const ability = abilityOf(packedRulesOf(tenantId, grants, {}));
    return callerRows({ tenantId: tenant, ability }, 'mentions.read', tracked) !== undefined;
  };
  expect(filters(tenantId, everywhere)).toBe(false);
  expect(filters(tenantId, one, everywhere)).toBe(false);
  expect(filters(tenantId, { ...everywhere, fields: ['text'] })).toBe(false);
  expect(filters(tenantId, everywhere, { ...everywhere, effect: 'deny', fields: ['text'] })).toBe(false);
  expect(filters(tenantId, one)).toBe(true);
  expect(filters(tenantId, everywhere, { ...one, effect: 'deny' })).toBe(true);
  expect(filters(tenantId, everywhere, { ...everywhere, effect: 'deny' })).toBe(true);
  expect(filters(tenantId)).toBe(true);
  expect(filters(newId(), everywhere)).toBe(true);
});

test('a rule about a field the statement has no column for is an error, not a row more or less', () => {
  expect(() => textOf('allow', { op: 'eq', field: 'name', value: 'x' })).toThrow('no column for name');
  const inherited = Object.assign(Object.create({ name: sql`name` }) as object, {
    tenantId: tracked.tenantId,
  });
  const grant = {
    effect: 'allow',
    permission: 'trackers.read',
    conditions: { op: 'eq', field: 'name', value: 'x' },
  } as const;
  const ability = abilityOf(packedRulesOf(tenantId, [grant], {}));
  expect(() => rowsAllowed(ability, 'trackers.read', inherited)).toThrow('no column for name');
});
