-- The other tenants the person behind a member can go over to, perhaps only the one with a slug. People have no
-- tenant_id, so this is asked of the owner, in a transaction of the member's own tenant.
create or replace function other_places(wanted_tenant uuid, wanted_member uuid, wanted_slug text)
returns table (tenant_id uuid, member_id uuid, person_id uuid, slug text, name text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select t.tenant_id, m.id, m.person_id, t.slug, t.name
  from public.member self
  join public.member m on m.person_id = self.person_id and m.tenant_id <> self.tenant_id and m.active
  join public.tenant t on t.tenant_id = m.tenant_id and t.active
  where self.tenant_id = wanted_tenant and self.id = wanted_member and self.active
    and wanted_tenant = nullif(current_setting('app.tenant_id', true), '')::uuid
    and (wanted_slug is null or t.slug = wanted_slug)
  order by t.name, t.slug
  limit 500;
$$;

revoke all on function other_places from public;
grant execute on function other_places to chorus_accounts_app;
