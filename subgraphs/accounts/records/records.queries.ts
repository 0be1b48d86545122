import { sql } from 'drizzle-orm';
import type { AccountsRecord, ApiKeyRecord } from '@chorus/shared/records.ts';
import type { Scope } from '../context.ts';

export interface VersionedRecord<Body> {
  version: number;
  body: Body;
}

/** One statement, so that the body is exactly what its version stands for. */
export async function accountsRecord(
  { db, tenantId }: Scope,
  endedForS: number,
): Promise<VersionedRecord<AccountsRecord> | undefined> {
  const [row] = await db.execute<{ version: string; body: AccountsRecord }>(sql`
    select version, json_build_object(
      'slug', slug,
      'active', active,
      'members', (
        select coalesce(json_object_agg(id, json_build_object('roles', roles, 'active', active)), '{}')
        from member where member.tenant_id = tenant.tenant_id),
      'endedSessions', (
        select coalesce(json_object_agg(id, ceil(extract(epoch from ended_at)) + ${endedForS}::int), '{}')
        from session where session.tenant_id = tenant.tenant_id
          and ended_at > now() - make_interval(secs => ${endedForS}::int))
    ) as body
    from tenant where tenant_id = ${tenantId}::uuid`);
  return row === undefined ? undefined : { version: Number(row.version), body: row.body };
}

export interface KeyRecord extends VersionedRecord<ApiKeyRecord> {
  id: string;
}

export async function apiKeyRecords({ db, tenantId }: Scope, ids: readonly string[]): Promise<KeyRecord[]> {
  const rows = await db.execute<{ id: string; version: string; body: ApiKeyRecord }>(sql`
    select api_key.id, version, json_build_object(
      'tenantId', tenant_id,
      'hmac', hmac,
      'owner', owner,
      'scopes', scopes,
      'active', api_key.active,
      'demo', api_key.demo
    ) as body
    from api_key join tenant using (tenant_id)
    where tenant_id = ${tenantId}::uuid and api_key.id = any(${sql.param([...ids])}::text[])`);
  return rows.map(({ id, version, body }) => ({ id, version: Number(version), body }));
}
