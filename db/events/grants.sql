-- The bus is read across tenants by design: its callers are services, and only services hold its password.
alter table event disable row level security;
alter table record disable row level security;
alter table allowance disable row level security;
revoke update, delete on event from chorus_events_app;
grant select, insert, update on consumer_cursor to chorus_events_app;
