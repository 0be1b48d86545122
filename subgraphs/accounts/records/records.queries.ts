import { sql } from 'drizzle-orm';
import type { AccountsRecord, ApiKeyRecord, MemberRecord } from '@chorus/shared/records.ts';
import type { Scope } from '../context.ts';

export interface VersionedRecord<Body> {
  version: number;
  body: Body;
}

export interface RecordOf<Body> extends VersionedRecord<Body> {
  id: string;
}

/** The roles a subject was given, also those that have ended: readers judge by their own clock. */
const rolesOf = (kind: string, subject: string) =>
  sql.raw(`(
    select coalesce(json_agg(json_strip_nulls(json_build_object(
      'role', held.role, 'until', floor(extract(epoch from held.expires_at)))) order by held.role), '[]')
    from role_assignment held
    where held.tenant_id = tenant.tenant_id and held.subject_kind = '${kind}' and held.subject_id = ${subject})`);

/** One statement, so that the body is exactly what its version stands for. */
export async function accountsRecord(
  { db, tenantId }: Scope,
  endedForS: number,
): Promise<VersionedRecord<AccountsRecord> | undefined> {
  const [row] = await db.execute<{ version: string; body: AccountsRecord }>(sql`
    select version, json_build_object(
      'slug', slug,
      'active', active,
      'customerGroup', customer_group,
      'introspection', coalesce((
        select introspection from security_policy where security_policy.tenant_id = tenant.tenant_id), false),
      'activeMembers', (
        select count(*) from member where member.tenant_id = tenant.tenant_id and member.active),
      'roles', (
        select coalesce(json_object_agg(id, json_build_object('name', name, 'grants', grants)), '{}')
        from role where role.tenant_id = tenant.tenant_id),
      'groups', (
        select coalesce(json_object_agg(id, ${rolesOf('group', 'member_group.id::text')}), '{}')
        from member_group where member_group.tenant_id = tenant.tenant_id),
      'endedSessions', (
        select coalesce(json_object_agg(id, ceil(extract(epoch from ended_at)) + ${endedForS}::int), '{}')
        from session where session.tenant_id = tenant.tenant_id
          and ended_at > now() - make_interval(secs => ${endedForS}::int))
    ) as body
    from tenant where tenant_id = ${tenantId}::uuid`);
  return row === undefined ? undefined : { version: Number(row.version), body: row.body };
}

export async function memberRecords(
  { db, tenantId }: Scope,
  ids: readonly string[],
): Promise<RecordOf<MemberRecord>[]> {
  const rows = await db.execute<{ id: string; version: string; body: MemberRecord }>(sql`
    select member.id, version, json_build_object(
      'active', member.active,
      'seatType', seat_type,
      'roles', ${rolesOf('member', 'member.id::text')},
      'groups', (
        select coalesce(json_agg(group_id order by group_id), '[]') from group_member
        where group_member.tenant_id = tenant.tenant_id and group_member.member_id = member.id)
    ) as body
    from member join tenant using (tenant_id)
    where tenant.tenant_id = ${tenantId}::uuid and member.id = any(${sql.param([...ids])}::uuid[])`);
  return rows.map(({ id, version, body }) => ({ id, version: Number(version), body }));
}

export async function apiKeyRecords(
  { db, tenantId }: Scope,
  ids: readonly string[],
): Promise<RecordOf<ApiKeyRecord>[]> {
  const rows = await db.execute<{ id: string; version: string; body: ApiKeyRecord }>(sql`
    select api_key.id, version, json_strip_nulls(json_build_object(
      'tenantId', tenant.tenant_id,
      'hmac', hmac,
      'owner', owner,
      'scopes', scopes,
      'roles', ${rolesOf('key', 'api_key.id')},
      'addresses', addresses,
      'rateLimit', rate_limit,
      'active', revoked_at is null,
      'expiresAt', floor(extract(epoch from expires_at)),
      'demo', api_key.demo
    )) as body
    from api_key join tenant using (tenant_id)
    where tenant.tenant_id = ${tenantId}::uuid and api_key.id = any(${sql.param([...ids])}::text[])`);
  return rows.map(({ id, version, body }) => ({ id, version: Number(version), body }));
}
