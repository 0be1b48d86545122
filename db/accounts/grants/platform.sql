-- The platform's own tenant: its members are the staff. Nobody else can be it, and a second factor is always required.
do $$
declare
  platform constant uuid := '00000000-0000-0000-0000-000000000000';
begin
  insert into tenant (tenant_id, slug, name, version) values (platform, 'platform', 'Platform', 1) on conflict do nothing;
  if found then
    insert into security_policy (tenant_id, mfa_mode, mfa_roles, grace_days, required_since, session_idle_s, session_lifetime_s)
    values (platform, 'required', '{}', 0, now(), 3600, 43200);
    insert into outbox (id, tenant_id, type, data)
    values (gen_random_uuid(), platform, 'tenant.changed', '{"version": 1}');
  end if;
end $$;

-- What staff may do to tenants; the services ask for the permission first. Each answers whether there was such a tenant.
create or replace function open_tenant(wanted uuid, wanted_slug text, wanted_name text, wanted_group text) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  with opened as (
    insert into public.tenant (tenant_id, slug, name, customer_group)
    values (wanted, wanted_slug, wanted_name, wanted_group)
    on conflict do nothing returning tenant_id
  )
  select exists (select from opened);
$$;

-- Null leaves a part as it is; the platform's own tenant is nobody's to change.
create or replace function change_tenant(wanted uuid, wanted_active boolean, wanted_group text) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  with changed as (
    update public.tenant t
    set active = coalesce(wanted_active, t.active), customer_group = coalesce(wanted_group, t.customer_group)
    where t.tenant_id = wanted and wanted <> '00000000-0000-0000-0000-000000000000' returning t.tenant_id
  )
  select exists (select from changed);
$$;

-- Customers by slug, behind one of them; never the platform itself.
create or replace function list_tenants(after_slug text, at_most int)
returns table (tenant_id uuid, slug text, name text, customer_group text, active boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select t.tenant_id, t.slug, t.name, t.customer_group, t.active from public.tenant t
  where t.tenant_id <> '00000000-0000-0000-0000-000000000000' and t.slug > after_slug
  order by t.slug limit at_most;
$$;

-- What staff did to a tenant is told in its log and in the platform's own, in one transaction.
create or replace function append_platform_audit_event(event jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  platform constant uuid := '00000000-0000-0000-0000-000000000000';
  own text := current_setting('app.tenant_id', true);
begin
  perform set_config('app.tenant_id', platform::text, true);
  perform public.append_audit_event(platform, event);
  perform set_config('app.tenant_id', coalesce(own, ''), true);
end;
$$;

revoke all on function open_tenant, change_tenant, list_tenants, append_platform_audit_event
  from public;
grant execute on function open_tenant, change_tenant, list_tenants, append_platform_audit_event
  to chorus_accounts_app, chorus_accounts_worker;
