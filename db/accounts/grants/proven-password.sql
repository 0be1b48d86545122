-- The salt of a person's password, which stands for the password: a new one has a new salt, and one that is only hashed
-- at another cost keeps it. The row stays locked against a new password until the transaction ends.
create or replace function hold_password(wanted_person uuid) returns text
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  select split_part(p.password_hash, '$', 5) from public.person p where p.id = wanted_person for share;
$$;

revoke all on function hold_password from public;
grant execute on function hold_password to chorus_accounts_app;
