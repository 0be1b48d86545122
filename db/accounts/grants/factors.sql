-- Second factors belong to people, who are out of every tenant's reach: requests get at them through these functions
-- of the owner only, one person at a time.

create or replace function find_factors(wanted_person uuid)
returns table (totp boolean, recovery_codes int)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select exists (select from public.totp_factor f where f.person_id = wanted_person),
    (select count(*)::int from public.recovery_code c where c.person_id = wanted_person and c.used_at is null);
$$;

-- Whoever begins again gets a new seed, and the one before is worth nothing.
create or replace function begin_totp_enrolment(wanted_person uuid, wanted_seed text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  insert into public.totp_enrolment as e (person_id, seed) values (wanted_person, wanted_seed)
  on conflict (person_id) do update set seed = excluded.seed, created_at = now();
$$;

create or replace function find_totp_enrolment(wanted_person uuid, lifetime_s int) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select e.seed from public.totp_enrolment e
  where e.person_id = wanted_person and e.created_at > now() - make_interval(secs => lifetime_s);
$$;

-- True for exactly one of any number of calls with the same seed; a factor in use gives way only to `replaces`.
create or replace function confirm_totp_enrolment(wanted_person uuid, wanted_seed text, step bigint, replaces boolean)
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  delete from public.totp_enrolment e where e.person_id = wanted_person and e.seed = wanted_seed;
  if not found then return false; end if;
  insert into public.totp_factor as f (person_id, seed, last_step) values (wanted_person, wanted_seed, step)
  on conflict (person_id) do update set seed = excluded.seed, last_step = excluded.last_step where replaces;
  return found;
end;
$$;

-- Codes go with a factor: false, and nothing kept, for somebody without one. Its row puts parallel calls in order.
create or replace function replace_recovery_codes(wanted_person uuid, wanted_hmacs text[]) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform from public.totp_factor f where f.person_id = wanted_person for update;
  if not found then return false; end if;
  delete from public.recovery_code c where c.person_id = wanted_person;
  insert into public.recovery_code (person_id, hmac) select wanted_person, unnest(wanted_hmacs);
  return true;
end;
$$;

-- True for exactly one of any number of calls with the same code.
create or replace function use_recovery_code(wanted_person uuid, wanted_hmac text) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  with used as (
    update public.recovery_code c set used_at = now()
    where c.person_id = wanted_person and c.hmac = wanted_hmac and c.used_at is null
    returning c.person_id
  )
  select exists (select from used);
$$;

-- All of a person's, also what was begun; false when there was no factor.
create or replace function remove_factors(wanted_person uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  delete from public.totp_enrolment e where e.person_id = wanted_person;
  delete from public.totp_factor f where f.person_id = wanted_person;
  if not found then return false; end if;
  delete from public.recovery_code c where c.person_id = wanted_person;
  return true;
end;
$$;

-- Whether somebody has a place in any other tenant, used or not.
create or replace function belongs_elsewhere(wanted_person uuid, but_tenant uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select exists (
    select from public.member m
    where m.person_id = wanted_person and m.tenant_id <> but_tenant and m.removed_at is null);
$$;

drop function if exists tenants_signed_in_to(uuid);

revoke all on function find_factors, begin_totp_enrolment, find_totp_enrolment, confirm_totp_enrolment,
  replace_recovery_codes, use_recovery_code, remove_factors, belongs_elsewhere from public;
grant execute on function find_factors, begin_totp_enrolment, find_totp_enrolment, confirm_totp_enrolment,
  replace_recovery_codes, use_recovery_code, remove_factors, belongs_elsewhere
  to chorus_accounts_app;
grant execute on function find_factors, remove_factors to chorus_accounts_worker;
