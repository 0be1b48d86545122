import { newId } from '@chorus/shared/id.ts';
import { signingIn } from '@chorus/tests/harness/signing-in.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { PASSWORD } from '../testing.ts';

const ENTITIES = `query ($of: [_Any!]!) {
  _entities(representations: $of) {
    ... on Member { name email roles groups { name } }
    ... on Group { groupName: name memberCount }
  }
}`;
const FURNISH = `mutation ($member: ID!, $group: ID!, $role: ID!, $name: String!) {
  assignRoles(input: { subject: { memberId: $member }, roles: [{ role: $role }] }) { __typename }
  setGroupMembers(input: { id: $group, memberIds: [$member] }) { __typename }
  renameGroup(input: { id: $group, name: $name }) { ... on Group { name } }
}`;

/** Two tenants whose members and groups have the same ids, and nothing else in common. */
async function twins() {
  const here = await signingIn();
  const [memberId, groupId] = [newId(), newId()];
  const twin = async (name: string, role: string) => {
    const { id: tenantId, slug } = await here.tenant(name);
    const { id, email } = await here.member(tenantId, { name: `Ann of ${name}`, roles: [] });
    await here.db.execute(sql`update member set id = ${memberId} where id = ${id}`);
    await here.db.execute(sql`
      insert into member_group (tenant_id, id, name) values (${tenantId}, ${groupId}, 'Desk')`);
    return { tenantId, slug, email, role, name };
  };
  const both = [await twin('Acme', 'viewer'), await twin('Globex', 'billing')] as const;
  for (const { tenantId, role, name } of both) {
    await here.member(tenantId, { roles: ['owner'] });
    const named = { member: memberId, group: groupId, role, name: `Desk of ${name}` };
    const { data } = await here.as({ tenantId })(FURNISH, named);
    expect(data.renameGroup).toEqual({ name: named.name });
  }
  return { ...here, memberId, groupId, both };
}

test('where ids of two tenants are equal, each reads its own, and changes of one leave the other', async () => {
  const { as, both, memberId, groupId } = await twins();
  const of = [
    { __typename: 'Member', id: memberId },
    { __typename: 'Group', id: groupId },
  ];
  const answers = await Promise.all(both.map(({ tenantId }) => as({ tenantId })(ENTITIES, { of })));
  for (const [index, { name, email, role }] of both.entries()) {
    expect(answers[index]?.errors).toEqual([]);
    expect(answers[index]?.data._entities).toEqual([
      { name: `Ann of ${name}`, email, roles: [role], groups: [{ name: `Desk of ${name}` }] },
      { groupName: `Desk of ${name}`, memberCount: 1 },
    ]);
  }
});

test('what was loaded for one tenant is not there for another, not even within one request', async () => {
  const { visitor, both } = await twins();
  const [here, there] = both;
  const signIn = ({ email, slug }: typeof here) => `
    signIn(input: { email: "${email}", password: "${PASSWORD}", tenant: "${slug}" }) {
      ... on Session { viewer { member { name roles groups { name } } tenant { slug } } }
    }`;
  const { data, errors } = await visitor(`mutation { first: ${signIn(here)} second: ${signIn(there)} }`);
  expect(errors).toEqual([]);
  for (const [alias, { name, role, slug }] of [['first', here] as const, ['second', there] as const])
    expect(data[alias].viewer).toEqual({
      member: { name: `Ann of ${name}`, roles: [role], groups: [{ name: `Desk of ${name}` }] },
      tenant: { slug },
    });
});
