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
