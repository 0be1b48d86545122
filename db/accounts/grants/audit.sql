-- The audit log grows at its end only, through a function that chains each event to the one before it.
revoke insert, update, delete, truncate on audit_event from chorus_accounts_app, chorus_accounts_worker;
revoke all on audit_head from chorus_accounts_app, chorus_accounts_worker;

-- What an event's hash covers: all of it and the hash before, in a form that no session setting changes.
create or replace function audit_hash(event public.audit_event) returns text
language sql stable set search_path = pg_catalog, pg_temp set timezone = 'UTC'
as $$
  select encode(sha256(convert_to((to_jsonb(event) - 'hash')::text, 'UTF8')), 'hex');
$$;

-- Only the tenant of the transaction can be written to; nobody's events have a chain of their own.
create or replace function append_audit_event(wanted_tenant uuid, event jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  head public.audit_head;
  written public.audit_event;
begin
  if wanted_tenant is distinct from nullif(current_setting('app.tenant_id', true), '')::uuid then
    raise exception 'an audit event belongs to the tenant of its transaction';
  end if;
  insert into public.audit_head (tenant_id, sequence, hash) values (wanted_tenant, 0, '') on conflict do nothing;
  select * into head from public.audit_head h where h.tenant_id = wanted_tenant for update;
  written.tenant_id := wanted_tenant;
  written.sequence := head.sequence + 1;
  written.id := event ->> 'id';
  written."time" := clock_timestamp();
  written.action := event ->> 'action';
  written.actor := event -> 'actor';
  written.targets := event -> 'targets';
  written.context := event -> 'context';
  written.before := event -> 'before';
  written.after := event -> 'after';
  written.previous_hash := head.hash;
  written.hash := public.audit_hash(written);
  insert into public.audit_event values (written.*);
  update public.audit_head h set sequence = written.sequence, hash = written.hash where h.tenant_id = wanted_tenant;
end;
$$;

revoke all on function append_audit_event, audit_hash from public;
grant execute on function append_audit_event to chorus_accounts_app, chorus_accounts_worker;
grant execute on function audit_hash to chorus_accounts_worker;
