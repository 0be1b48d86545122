-- Flags belong to no tenant: every request may read them, and only one of the platform's own tenant may write them.
grant select, insert, update on flag to chorus_accounts_app;
grant select, insert on flag_version to chorus_accounts_app;
alter table flag enable row level security;
alter table flag_version enable row level security;

do $$
declare
  platform constant text := $policy$nullif(current_setting('app.tenant_id', true), '') = '00000000-0000-0000-0000-000000000000'$policy$;
begin
  drop policy if exists everybody_reads on flag;
  drop policy if exists platform_adds on flag;
  drop policy if exists platform_changes on flag;
  drop policy if exists platform_only on flag_version;
  create policy everybody_reads on flag for select using (true);
  execute format('create policy platform_adds on flag for insert with check (%s)', platform);
  execute format('create policy platform_changes on flag for update using (%s) with check (%s)', platform, platform);
  execute format('create policy platform_only on flag_version using (%s) with check (%s)', platform, platform);
end $$;
