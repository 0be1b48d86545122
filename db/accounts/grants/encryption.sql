-- Data keys are worth nothing without the master key, which is never here. They are added and read, never changed.
revoke update, delete, truncate on data_key from chorus_accounts_worker;
grant select on data_key to chorus_accounts_app;

create or replace function add_data_key(wanted_id text, wanted_wrapped text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  -- Whoever adds one sees all that were added before, so that everybody agrees which is the oldest.
  lock table public.data_key in share row exclusive mode;
  insert into public.data_key (id, wrapped, created_at) values (wanted_id, wanted_wrapped, clock_timestamp());
end;
$$;

revoke all on function add_data_key from public;
grant execute on function add_data_key to chorus_accounts_app, chorus_accounts_worker;
