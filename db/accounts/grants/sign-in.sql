-- What runs before the tenant is known. People and their factors have no tenant_id, so the app role reaches them
-- through these functions of the owner only: one per kind of credential, at most one row each.

-- Staff of the platform and people of its customers are apart, even with one address.
-- By e-mail address (lower case) and slug; without a slug only when there is one tenant to choose from.
drop function if exists find_sign_in(text, text);
drop function if exists find_sign_in(text, text, boolean);
create or replace function find_sign_in(wanted_email text, wanted_slug text, wanted_staff boolean)
returns table (tenant_id uuid, member_id uuid, person_id uuid, password_hash text, demo boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select found.tenant_id, found.member_id, found.person_id, found.password_hash, found.demo
  from (
    select t.tenant_id, m.id as member_id, p.id as person_id, p.password_hash, p.demo,
      count(*) over () as choices
    from public.person p
    join public.member m on m.person_id = p.id and m.active
    join public.tenant t on t.tenant_id = m.tenant_id and t.active
    where p.email = wanted_email and p.staff = wanted_staff and (wanted_slug is null or t.slug = wanted_slug)
  ) found
  where found.choices = 1;
$$;

create or replace function find_totp_factor(wanted_person uuid)
returns table (seed text, last_step bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select f.seed, f.last_step from public.totp_factor f where f.person_id = wanted_person;
$$;

-- True for exactly one of any number of calls with the same step.
create or replace function advance_totp_step(wanted_person uuid, step bigint) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  with advanced as (
    update public.totp_factor f set last_step = step
    where f.person_id = wanted_person and f.last_step < step
    returning f.person_id
  )
  select exists (select from advanced);
$$;

-- By the id a refresh token carries; the caller checks the token against `family`.
drop function if exists find_session(uuid);
create or replace function find_session(wanted_session uuid)
returns table (
  tenant_id uuid, session_id uuid, member_id uuid, family text, counter int, amr text[], auth_time float8,
  mfa_at float8, expires_at float8, since_rotation float8, live boolean, demo boolean, password_salt text
)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select s.tenant_id, s.id, s.member_id, s.family, s.counter, s.amr, extract(epoch from s.auth_time)::float8,
    extract(epoch from s.mfa_at)::float8, extract(epoch from s.expires_at)::float8,
    extract(epoch from now() - s.rotated_at)::float8,
    s.ended_at is null and s.expires_at > now() and m.active and t.active, p.demo,
    split_part(p.password_hash, '$', 5)
  from public.session s
  join public.person p on p.id = s.person_id
  join public.member m on m.tenant_id = s.tenant_id and m.id = s.member_id
  join public.tenant t on t.tenant_id = s.tenant_id
  where s.id = wanted_session
  limit 1;
$$;

revoke all on function find_sign_in, find_totp_factor, advance_totp_step, find_session from public;
grant execute on function find_sign_in, find_totp_factor, advance_totp_step, find_session
  to chorus_accounts_app, chorus_accounts_worker;
