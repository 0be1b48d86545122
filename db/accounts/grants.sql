-- Requests change of a tenant nothing but its version; tenants are made and suspended elsewhere.
revoke insert, update, delete on tenant from chorus_accounts_app;
grant update (version) on tenant to chorus_accounts_app;

-- What runs before the tenant is known. People and their factors have no tenant_id, so the app role reaches them
-- through these functions of the owner only: one per kind of credential, at most one row each.

-- By e-mail address (lower case) and slug; without a slug only when there is one tenant to choose from.
create or replace function find_sign_in(wanted_email text, wanted_slug text)
returns table (tenant_id uuid, member_id uuid, person_id uuid, password_hash text, enrolled boolean, demo boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select found.tenant_id, found.member_id, found.person_id, found.password_hash, found.enrolled, found.demo
  from (
    select t.tenant_id, m.id as member_id, p.id as person_id, p.password_hash, p.demo,
      exists (select from public.totp_factor f where f.person_id = p.id) as enrolled,
      count(*) over () as choices
    from public.person p
    join public.member m on m.person_id = p.id and m.active
    join public.tenant t on t.tenant_id = m.tenant_id and t.active
    where p.email = wanted_email and (wanted_slug is null or t.slug = wanted_slug)
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
create or replace function find_session(wanted_session uuid)
returns table (
  tenant_id uuid, session_id uuid, member_id uuid, family text, counter int, amr text[], auth_time float8,
  mfa_at float8, since_rotation float8, live boolean, demo boolean
)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select s.tenant_id, s.id, s.member_id, s.family, s.counter, s.amr, extract(epoch from s.auth_time)::float8,
    extract(epoch from s.mfa_at)::float8, extract(epoch from now() - s.rotated_at)::float8,
    s.ended_at is null and s.expires_at > now() and m.active and t.active, p.demo
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

-- Attempts are counted before they are verified. The limits come with the call (subgraphs/accounts/throttling/limits.ts):
-- [{kind, key, max, windowS, pausesS, onSuccess, unless}], always in one order of kinds, so that no two calls wait for
-- each other. Counts until one is full; true when none was.
create or replace function count_attempt(counters jsonb) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  item jsonb;
begin
  for item in select value from jsonb_array_elements(counters) with ordinality order by ordinality loop
    continue when item ->> 'onSuccess' = 'remember' or exists (
      select from public.attempt a where a.kind = 'known' and a.key = item ->> 'unless' and a.ends_at > now());
    insert into public.attempt as a (kind, key, started_at, count, opens_at, ends_at)
    values (item ->> 'kind', item ->> 'key', now(), 1,
      now() + make_interval(secs => coalesce((item #>> '{pausesS,0}')::float8, 0)),
      coalesce(now() + make_interval(secs => (item ->> 'windowS')::float8), 'infinity'))
    on conflict (kind, key) do update set
      started_at = case when a.ends_at <= now() then excluded.started_at else a.started_at end,
      count = case when a.ends_at <= now() then 1 else a.count + 1 end,
      opens_at = case when a.ends_at <= now() then excluded.opens_at
        else now() + make_interval(secs => coalesce((item #>> array['pausesS', a.count::text])::float8, 0)) end,
      ends_at = case when a.ends_at <= now() then excluded.ends_at else a.ends_at end
    where a.ends_at <= now() or (a.count < (item ->> 'max')::int and a.opens_at <= now());
    if not found then return false; end if;
  end loop;
  -- An attempt leaves four rows at most, so sweeping as many keeps the table as small as what still counts.
  delete from public.attempt where ctid = any (array(
    select a.ctid from public.attempt a where a.ends_at <= now() order by a.ends_at limit 4 for update skip locked));
  return true;
end;
$$;

create or replace function settle_attempt(counters jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  item jsonb;
begin
  for item in select value from jsonb_array_elements(counters) with ordinality order by ordinality loop
    if item ->> 'onSuccess' = 'reset' then
      delete from public.attempt a where a.kind = item ->> 'kind' and a.key = item ->> 'key';
    elsif item ->> 'onSuccess' = 'remember' then
      insert into public.attempt as a (kind, key, started_at, count, opens_at, ends_at)
      values (item ->> 'kind', item ->> 'key', now(), 0, now(),
        now() + make_interval(secs => (item ->> 'windowS')::float8))
      on conflict (kind, key) do update set ends_at = excluded.ends_at;
    elsif not exists (
      select from public.attempt a where a.kind = 'known' and a.key = item ->> 'unless' and a.ends_at > now())
    then
      update public.attempt a set count = greatest(a.count - 1, 0)
      where a.kind = item ->> 'kind' and a.key = item ->> 'key';
    end if;
  end loop;
end;
$$;

revoke all on function count_attempt, settle_attempt from public;
grant execute on function count_attempt, settle_attempt to chorus_accounts_app;

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
