-- Passwords are replaced through these functions of the owner only. Whoever replaces one ends the person's sessions in
-- the same transaction.

-- True for exactly one of any number of calls that know the same old password; ways to reset it end with it.
create or replace function change_password(wanted_person uuid, old_hash text, new_hash text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update public.person p set password_hash = new_hash where p.id = wanted_person and p.password_hash = old_hash;
  if not found then return false; end if;
  delete from public.password_reset r where r.person_id = wanted_person;
  return true;
end;
$$;

-- Asking again replaces what was asked before; for nobody (null) it does nothing, at the same cost.
create or replace function open_password_reset(wanted_person uuid, wanted_id uuid, wanted_hash text, lifetime_s int)
returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  insert into public.password_reset (person_id, id, token_hash, expires_at)
  select p.id, wanted_id, wanted_hash, now() + make_interval(secs => lifetime_s)
  from public.person p where p.id = wanted_person
  on conflict (person_id) do update
  set id = excluded.id, token_hash = excluded.token_hash, expires_at = excluded.expires_at;
$$;

-- Whose password the token can replace; null for one that is unknown, used or expired.
create or replace function find_password_reset(wanted_id uuid, wanted_hash text) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select r.person_id from public.password_reset r
  where r.id = wanted_id and r.token_hash = wanted_hash and r.expires_at > now();
$$;

-- Not null for exactly one of any number of calls with the same token.
create or replace function spend_password_reset(wanted_id uuid, wanted_hash text, new_hash text) returns uuid
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  with spent as (
    delete from public.password_reset r
    where r.id = wanted_id and r.token_hash = wanted_hash and r.expires_at > now()
    returning r.person_id
  )
  update public.person p set password_hash = new_hash from spent where p.id = spent.person_id
  returning p.id;
$$;

revoke all on function change_password, open_password_reset, find_password_reset, spend_password_reset from public;
grant execute on function change_password, open_password_reset, find_password_reset, spend_password_reset
  to chorus_accounts_app;
