-- Requests put mails into the queue, and can neither see nor change what is in it: links in mails are credentials.
create or replace function queue_mail(wanted_id uuid, wanted_sealed text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  insert into public.mail (id, sealed) values (wanted_id, wanted_sealed);
  perform pg_notify('chorus_mail', '');
end;
$$;

revoke all on function queue_mail from public;
grant execute on function queue_mail to chorus_accounts_app, chorus_accounts_worker;
