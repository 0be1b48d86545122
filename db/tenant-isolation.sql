-- Run after the migrations of each database, with chorus.database set to its logical name, in one transaction with
-- grants.sql, which may take rights away again. Every table with a tenant_id gets row-level security, so that a
-- statement without a tenant sees and writes nothing; the app role gets no right on any other table but by grants.sql.
-- Partitions are reached through their parent only.
do $$
declare
  app text := format('chorus_%s_app', current_setting('chorus.database'));
  worker text := format('chorus_%s_worker', current_setting('chorus.database'));
  rights constant text := 'select, insert, update, delete';
  tenant constant text := $policy$tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid$policy$;
  item record;
begin
  for item in
    select c.oid, format('%I.%I', n.nspname, c.relname) as name, c.relrowsecurity, c.relispartition,
      exists (select from pg_attribute a
              where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as of_tenant,
      exists (select from pg_policy p
              where p.polrelid = c.oid and p.polname = 'tenant_isolation') as has_policy
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p')
    order by c.relname
  loop
    if item.of_tenant and not item.relrowsecurity then
      execute format('alter table %s enable row level security', item.name);
    end if;
    if item.of_tenant and not item.has_policy then
      execute format('create policy tenant_isolation on %s using (%s) with check (%s)', item.name, tenant, tenant);
    end if;
    if item.of_tenant and not item.relispartition then
      execute format('grant %s on %s to %I', rights, item.name, app);
    end if;
    execute format('grant %s on %s to %I', rights, item.name, worker);
  end loop;
  execute format('grant usage on all sequences in schema public to %I, %I', app, worker);
end $$;
