import { tenantWithRoles } from '@chorus/tests/harness/tenant-with-roles.ts';
import { expect, test } from 'vitest';

const SET_ACTIVE = `mutation ($input: SetMemberActiveInput!) {
  setMemberActive(input: $input) { __typename ... on SeatsFull { message } }
}`;

/** An owner, an admin, and as many disabled members as asked for. */
async function withDisabled(count: number) {
  const { by, owner, join, services } = await tenantWithRoles();
  const setActive = async (id: string, active: boolean) =>
    (await by(owner)(SET_ACTIVE, { input: { memberId: id, active } })).data.setMemberActive;
  const members = await Promise.all(Array.from({ length: count }, () => join('viewer')));
  for (const { id } of members) await setActive(id, false);
  const allow = (seats: number | undefined) => (services.seats = () => Promise.resolve(seats));
  return { setActive, ids: members.map(({ id }) => id), allow };
}

test('nobody is enabled again when every seat is taken, until one is free', async () => {
  const { setActive, ids, allow } = await withDisabled(2);
  allow(3);
  const [first = '', second = ''] = ids;
  expect(await setActive(first, true)).toEqual({ __typename: 'Member' });
  expect(await setActive(second, true)).toEqual({
    __typename: 'SeatsFull',
    message: 'This tenant has no seat left.',
  });
  expect(await setActive(first, true)).toEqual({ __typename: 'Member' });
  await setActive(first, false);
  expect(await setActive(second, true)).toEqual({ __typename: 'Member' });
});

test('until billing tells of a plan five members are active at most', async () => {
  const { setActive, ids, allow } = await withDisabled(4);
  allow(undefined);
  const kinds: string[] = [];
  for (const id of ids) kinds.push((await setActive(id, true)).__typename);
  expect(kinds).toEqual(['Member', 'Member', 'Member', 'SeatsFull']);
});

test('of fifty who are enabled at the same time exactly one gets the last seat', async () => {
  const { setActive, ids, allow } = await withDisabled(50);
  allow(3);
  const outcomes = await Promise.all(ids.map((id) => setActive(id, true)));
  expect(outcomes.filter(({ __typename }) => __typename === 'Member')).toHaveLength(1);
  expect(outcomes.filter(({ __typename }) => __typename === 'SeatsFull')).toHaveLength(49);
});
