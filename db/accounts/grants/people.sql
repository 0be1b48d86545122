-- People belong to no tenant, so requests reach them through these functions of the owner only, one person at a time.

drop function if exists find_person(uuid, text);
drop function if exists add_person(uuid, text, text, text);

-- By id, or by e-mail address (lower case) among staff or among all others. `places` are the tenants the person has a place in or is still
-- signed in to, always in one order; `words` is what a password of theirs must not be.
create or replace function find_person(wanted_id uuid, wanted_email text, wanted_staff boolean)
returns table (person_id uuid, email text, password_hash text, demo boolean, places jsonb, words text[])
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select p.id, p.email, p.password_hash, p.demo,
    coalesce(jsonb_agg(jsonb_build_object('tenantId', m.tenant_id, 'memberId', m.id) order by m.tenant_id)
      filter (where m.tenant_id is not null), '[]'),
    array_remove(array[p.email, p.name] || array_agg(t.slug) || array_agg(t.name), null)
  from public.person p
  left join public.member m on m.person_id = p.id and (m.active or exists (
    select from public.session s where s.tenant_id = m.tenant_id and s.member_id = m.id and s.ended_at is null))
  left join public.tenant t on t.tenant_id = m.tenant_id
  where p.id = wanted_id or (p.email = wanted_email and p.staff = wanted_staff)
  group by p.id;
$$;

-- Null when somebody has the address already.
create or replace function add_person(
  wanted_id uuid, wanted_email text, wanted_name text, wanted_hash text, wanted_staff boolean
) returns uuid
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  insert into public.person as p (id, email, name, password_hash, staff)
  values (wanted_id, wanted_email, wanted_name, wanted_hash, wanted_staff)
  on conflict (email, staff) do nothing
  returning p.id;
$$;

-- The same password under another cost; true when it is still the same.
create or replace function rehash_password(wanted_person uuid, old_hash text, new_hash text) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  with rehashed as (
    update public.person p set password_hash = new_hash
    where p.id = wanted_person and p.password_hash = old_hash
    returning p.id
  )
  select exists (select from rehashed);
$$;

revoke all on function find_person, add_person, rehash_password from public;
grant execute on function find_person, add_person, rehash_password to chorus_accounts_app, chorus_accounts_worker;
