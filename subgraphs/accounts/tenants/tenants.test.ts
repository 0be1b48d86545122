import { SYSTEM_ROLES } from '@chorus/shared/permissions.ts';
import { newId } from '@chorus/shared/id.ts';
import { accountsInProcess } from '@chorus/tests/harness/accounts.ts';
import { expect, test } from 'vitest';

const entities = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Tenant { id name } } }`;
const representation = (id: string) => ({ __typename: 'Tenant', id });

test('a caller reads the tenant it acts in', async () => {
  const { as, tenant } = await accountsInProcess();
  const { id, slug, name } = await tenant('Acme Airways');
  const { data, errors } = await as({ tenantId: id })('{ tenant { id slug name } }');
  expect({ data, errors }).toEqual({ data: { tenant: { id, slug, name } }, errors: [] });
});

test('another tenant, one that does not exist and one that cannot exist read alike', async () => {
  const { as, tenant } = await accountsInProcess();
  const [mine, theirs] = [await tenant('Mine'), await tenant('Theirs')];
  const of = [mine.id, theirs.id, newId(), "' or true --"].map(representation);
  const { data, errors } = await as({ tenantId: mine.id })(entities, { of });
  expect({ data, errors }).toEqual({
    data: { _entities: [{ id: mine.id, name: 'Mine' }, null, null, null] },
    errors: [],
  });
});

test('the tenant needs its permission, which every role has', async () => {
  const { as } = await accountsInProcess();
  const { errors } = await as({ permissions: ['mentions.read'] })('{ tenant { id } }');
  expect(errors).toEqual(['tenant: FORBIDDEN']);
  for (const permissions of Object.values(SYSTEM_ROLES)) expect(permissions).toContain('tenant.read');
});

test('nobody who has not signed in reads a tenant, not even as an entity', async () => {
  const { as } = await accountsInProcess();
  const anonymous = as({ anonymous: true });
  expect((await anonymous('{ tenant { id } }')).errors).toEqual(['tenant: UNAUTHENTICATED']);
  expect((await anonymous(entities, { of: [representation(newId())] })).errors).toEqual([
    '_entities: UNAUTHENTICATED',
  ]);
});
