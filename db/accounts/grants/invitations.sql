-- By the token of a mail, before the tenant is known: nothing unless it is open and the tenant active.
create or replace function find_invitation(wanted_id uuid, wanted_hash text)
returns table (tenant_id uuid, id uuid, email text, roles text[], invited_by uuid, words text[])
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select i.tenant_id, i.id, i.email, i.roles, i.invited_by, array[t.slug, t.name]
  from public.invitation i
  join public.tenant t on t.tenant_id = i.tenant_id and t.active
  where i.id = wanted_id and i.token_hash = wanted_hash
    and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
  limit 1;
$$;

revoke all on function find_invitation from public;
grant execute on function find_invitation to chorus_accounts_app;
