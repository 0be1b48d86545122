-- Row-level security keeps the indexes on jsonb from the app role, since no operator of jsonb is leakproof. So the owner
-- finds the sequence numbers, and the app role reads the rows.

-- The statement for the conditions that are there: $1 tenant, $2 conditions, $3 before which sequence, $4 how many.
-- Actions are looked up one by one in their index, whatever the collation. What has few events is found before it is
-- put in order: going backwards through the whole log for it would take the longer the rarer it is.
create or replace function audit_search(filter jsonb) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$
  select case when filter ? 'actions' then $part$
    with recursive known(action) as (
      (select e.action from public.audit_event e where e.tenant_id = $1 order by e.action limit 1)
      union all
      select (select e.action from public.audit_event e
        where e.tenant_id = $1 and e.action > k.action order by e.action limit 1)
      from known k where k.action is not null
    )$part$ else '' end
  || 'select e.sequence from public.audit_event e where e.tenant_id = $1 and e.sequence < $3'
  || case when filter ? 'action' then $part$ and e.action = $2 ->> 'action'$part$ else '' end
  || case when filter ? 'actions' then $part$ and e.action = any (array(
      select k.action from known k, jsonb_array_elements_text($2 -> 'actions') wanted
      where k.action = wanted or (right(wanted, 1) = '.' and starts_with(k.action, wanted))))$part$ else '' end
  || case when filter ? 'actor' then $part$ and e.actor ->> 'id' = $2 ->> 'actor'$part$ else '' end
  || case when filter ? 'target' then
      $part$ and e.targets @> jsonb_build_array(jsonb_build_object('id', $2 ->> 'target'))$part$ else '' end
  || case when filter ? 'from' then $part$ and e."time" >= ($2 ->> 'from')::timestamptz$part$ else '' end
  || case when filter ? 'to' then $part$ and e."time" < ($2 ->> 'to')::timestamptz$part$ else '' end
  || case when filter ? 'target' then ' order by e.sequence + 0 desc limit $4' else ' order by e.sequence desc limit $4' end;
$$;

create or replace function find_audit_events(wanted_tenant uuid, filter jsonb, before bigint, most int)
returns setof bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if wanted_tenant is distinct from nullif(current_setting('app.tenant_id', true), '')::uuid then
    raise exception 'an audit log is read in a transaction of its tenant';
  end if;
  return query execute public.audit_search(filter) using wanted_tenant, filter, before, most;
end;
$$;

revoke all on function audit_search, find_audit_events from public;
grant execute on function find_audit_events to chorus_accounts_app, chorus_accounts_worker;
