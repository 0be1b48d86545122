-- Recomputes the chain of a tenant, a piece at a time: from behind the event `after_sequence` with the hash `after_hash`,
-- at most `most` events. Answers where the next piece begins, or the first event that is broken and what is wrong with
-- it. Stable, so that events and head are seen at one moment however many are being written.
create or replace function verify_audit_chain(wanted_tenant uuid, after_sequence bigint, after_hash text, most int)
returns table (checked int, last_sequence bigint, last_hash text, event_id uuid, problem text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  event public.audit_event;
  head public.audit_head;
begin
  checked := 0;
  last_sequence := after_sequence;
  last_hash := after_hash;
  for event in
    select * from public.audit_event e
    where e.tenant_id = wanted_tenant and (after_sequence = 0 or e.sequence > after_sequence)
    order by e.sequence limit most
  loop
    problem := case
      when event.sequence > last_sequence + 1 then 'it is missing'
      when event.sequence <= last_sequence then 'it was inserted before the first event'
      when event.hash <> public.audit_hash(event) then 'its content does not fit its hash'
      when event.previous_hash <> last_hash then 'it does not follow from the event before it'
    end;
    if problem is not null then
      event_id := case when event.sequence > last_sequence + 1 then null else event.id end;
      last_sequence := least(event.sequence, last_sequence + 1);
      return next;
      return;
    end if;
    checked := checked + 1;
    last_sequence := event.sequence;
    last_hash := event.hash;
  end loop;
  if checked < most then
    select * into head from public.audit_head h where h.tenant_id = wanted_tenant;
    if coalesce(head.sequence, 0) > last_sequence then
      last_sequence := last_sequence + 1;
      problem := 'it is missing';
    elsif (coalesce(head.sequence, 0), coalesce(head.hash, '')) <> (last_sequence, last_hash) then
      last_sequence := least(last_sequence, coalesce(head.sequence, 0) + 1);
      select e.id into event_id from public.audit_event e
      where e.tenant_id = wanted_tenant and e.sequence = last_sequence;
      problem := 'it is not the event the log ends with, or comes behind it';
    end if;
  end if;
  return next;
end;
$$;

-- Every chain there is; with the slug of its tenant, where one is left.
create or replace function audit_chains() returns table (tenant_id uuid, slug text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select chain.tenant_id, t.slug
  from (
    select h.tenant_id from public.audit_head h
    union select e.tenant_id from public.audit_event e
    union select t.tenant_id from public.tenant t
  ) chain
  left join public.tenant t using (tenant_id)
  order by t.slug nulls first, chain.tenant_id;
$$;

revoke all on function verify_audit_chain, audit_chains from public;
grant execute on function verify_audit_chain, audit_chains to chorus_accounts_worker;
