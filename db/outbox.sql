-- Wakes the relay as soon as a transaction with outbox rows commits; its poll is only the fallback.
create or replace function notify_outbox() returns trigger language plpgsql as $$
begin
  perform pg_notify('chorus_outbox', '');
  return null;
end $$;

do $$
begin
  if to_regclass('public.outbox') is not null then
    create or replace trigger outbox_written after insert on outbox
      for each statement execute function notify_outbox();
  end if;
end $$;
