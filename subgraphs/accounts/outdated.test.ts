import { INVALIDATED } from '@chorus/shared/invalidation.ts';
import { tenantWithRoles } from '@chorus/tests/harness/tenant-with-roles.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { WITH_MEMBERS } from './outdated.ts';
import { PASSWORD, SIGN_IN, SIGN_OUT } from './testing.ts';

test('the gateways are told of members that come, change or go, and not of everybody who signs in and out', async () => {
  const { tenantId, scope, by, owner, as, member, role } = await tenantWithRoles();
  const toldBy = async (change: () => Promise<unknown>) => {
    await scope.db.execute(sql`delete from outbox where tenant_id = ${tenantId}`);
    await change();
    const rows = await scope.db.execute<{ data: unknown }>(
      sql`select data from outbox where tenant_id = ${tenantId} and type = ${INVALIDATED}`,
    );
    return [...rows].map(({ data }) => data);
  };
  const { id, email } = await member({ roles: ['viewer'] });
  const setActive = (active: boolean) =>
    by(owner)(`mutation { setMemberActive(input: { memberId: "${id}", active: ${active} }) { __typename } }`);
  const remove = () => by(owner)(`mutation { removeMember(input: { memberId: "${id}" }) { __typename } }`);
  const comeAndGo = async () => {
    const visitor = as({ anonymous: true });
    const { signIn } = (await visitor(SIGN_IN, { email, password: PASSWORD })).data;
    const { signOut } = (await visitor(SIGN_OUT, { refreshToken: signIn.refreshToken })).data;
    expect(signOut.ended).toBe(true);
  };

  expect(await toldBy(comeAndGo)).toEqual([]);
  expect(await toldBy(() => role('Reader', []))).toEqual([]);
  expect(await toldBy(() => setActive(false))).toEqual([WITH_MEMBERS]);
  expect(await toldBy(() => setActive(false))).toEqual([]);
  expect(await toldBy(remove)).toEqual([WITH_MEMBERS]);
  expect(await toldBy(remove)).toEqual([]);
});
