import { newId } from '@chorus/shared/id.ts';
import { ALL_PLATFORM_PERMISSIONS } from '@chorus/shared/permissions.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { flagging, FLAGS, staffWith } from '@chorus/tests/harness/flags.ts';

test('each caller is told all flags as they are for it', async () => {
  const { define, seen } = await flagging({ plan: 'starter' });
  const start = await define({
    kind: 'string',
    variants: { off: 'feed', desk: 'dashboard', money: 'invoices' },
    rules: [
      { id: 'payers', when: { role: ['billing'] }, serve: 'money' },
      {
        id: 'starters',
        when: { all: [{ plan: ['starter'] }, { not: { role: ['viewer'] } }] },
        serve: 'desk',
      },
    ],
  });
  expect(await seen(start, { roles: ['billing'] })).toEqual({
    key: start,
    on: true,
    value: 'invoices',
    variant: 'money',
    layer: 'RULE',
    rule: 'payers',
    version: 1,
    expiresAt: null,
    upgrade: null,
  });
  expect(await seen(start, { roles: ['analyst'] })).toMatchObject({ value: 'dashboard', rule: 'starters' });
  expect(await seen(start, { roles: ['viewer'] })).toMatchObject({
    on: false,
    value: 'feed',
    layer: 'DEFAULT',
    rule: null,
  });
});

test('a key is told what the member is whom it belongs to', async () => {
  const { define, as, tenantId, member, db } = await flagging();
  const { id: owner } = await member(tenantId, { roles: ['analyst'] });
  const flag = await define({ rules: [{ id: 'own', when: { user: [owner] }, serve: 'on' }] });
  const subject = newId();
  await db.execute(sql`
    insert into api_key (tenant_id, id, name, hmac, owner, scopes, addresses, rate_limit)
    values (${tenantId}, ${subject}, 'Partner', 'x', ${owner}, '{}', '{}', 60)`);
  const { data, errors } = await as({ tenantId, subject, apiKey: true })(FLAGS);
  expect(errors).toEqual([]);
  expect(data.featureFlags).toContainEqual(expect.objectContaining({ key: flag, on: true, layer: 'RULE' }));
});

test('staff has flags, and somebody who is not there has none', async () => {
  const { define, as, tenantId, member } = await flagging();
  const flag = await define({ rules: [{ id: 'staff', when: { role: ['staff'] }, serve: 'on' }] });
  const { id } = await member(PLATFORM_TENANT, { roles: ['staff'], staff: true });
  const { data, errors } = await as(staffWith(ALL_PLATFORM_PERMISSIONS, true, id))(
    '{ featureFlags { key on } }',
  );
  expect(errors).toEqual([]);
  expect(data.featureFlags).toContainEqual({ key: flag, on: true });
  for (const nobody of [
    { anonymous: true },
    { tenantId, subject: newId() },
    { tenantId, apiKey: true },
    staffWith(),
  ])
    expect((await as(nobody)(FLAGS)).errors).toEqual(['featureFlags: UNAUTHENTICATED']);
});

test('which rule decided is for those who may ask for reasons', async () => {
  const { as, tenantId, member, define } = await flagging();
  await define();
  const { id: subject } = await member(tenantId);
  const viewer = as({ tenantId, subject, permissions: ['tenant.read'] });
  expect((await viewer('{ featureFlags { key on } }')).errors).toEqual([]);
  expect((await viewer('{ featureFlags { rule } }')).errors[0]).toBe('featureFlags.0.rule: FORBIDDEN');
});
