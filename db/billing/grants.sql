-- The catalogue belongs to no tenant: every request may read it. Staff act in the installation's own tenant, and only they add to it.
grant select on plan, plan_version, add_on to chorus_billing_app;
grant insert on plan_version to chorus_billing_app;
alter table plan_version enable row level security;
drop policy if exists plan_version_read on plan_version;
create policy plan_version_read on plan_version for select using (true);
drop policy if exists plan_version_add on plan_version;
create policy plan_version_add on plan_version for insert
  with check (current_setting('app.tenant_id', true) = '00000000-0000-0000-0000-000000000000');

-- Everybody reads the prices that are no contract's, and staff alone write them. A price is ended and never changed.
grant select, insert, update (valid_to, ended_by, end_reason) on price to chorus_billing_app;
alter table price enable row level security;
drop policy if exists price_read on price;
create policy price_read on price for select using (true);
drop policy if exists price_add on price;
create policy price_add on price for insert
  with check (current_setting('app.tenant_id', true) = '00000000-0000-0000-0000-000000000000');
drop policy if exists price_end on price;
create policy price_end on price for update
  using (current_setting('app.tenant_id', true) = '00000000-0000-0000-0000-000000000000');
revoke update, delete on contract_price from chorus_billing_app;
grant update (valid_to, ended_by, end_reason) on contract_price to chorus_billing_app;
revoke update, delete on subscription_change from chorus_billing_app;

insert into plan (id, key, name, description, sort) values
  ('019b76da-a800-8051-a83c-103b6125dc29', 'free', 'Free', 'One team that wants to listen in: a few trackers, no charge.', 1),
  ('019b76da-a800-84f0-aaff-b78458923f1e', 'starter', 'Starter', 'Small teams that answer what they hear.', 2),
  ('019b76da-a800-8eb8-ae74-7f10001a18fc', 'business', 'Business', 'Organisations with several teams, roles and reports.', 3)
on conflict (id) do nothing;

-- The versions that come with a release.
insert into plan_version (plan_id, version, valid_from, features, included_seats, trial_days, operation_limit, operation_limit_hard) values
  ('019b76da-a800-8051-a83c-103b6125dc29', 1, '2026-01-01T00:00:00Z', '{}', 5, 0, 20000000, true),
  ('019b76da-a800-84f0-aaff-b78458923f1e', 1, '2026-01-01T00:00:00Z', '{}', 10, 14, 200000000, true),
  ('019b76da-a800-8eb8-ae74-7f10001a18fc', 1, '2026-01-01T00:00:00Z', '{share_of_voice,busiest_day}', 50, 14, 5000000000, false)
on conflict (plan_id, version) do update
  set features = excluded.features, included_seats = excluded.included_seats, trial_days = excluded.trial_days,
    operation_limit = excluded.operation_limit, operation_limit_hard = excluded.operation_limit_hard;

insert into add_on (key, name, description, features, sort) values
  ('share_of_voice', 'Share of voice', 'How often each tracker is spoken of beside the others.', '{share_of_voice}', 1),
  ('busiest_day', 'Busiest day', 'The day on which a tracker was mentioned most.', '{busiest_day}', 2)
on conflict (key) do update
  set name = excluded.name, description = excluded.description, features = excluded.features, sort = excluded.sort;

-- The catalogue's prices; another one of the same thing, made by staff, stays. What is new is told to the gateways.
with catalogue (id, item, subject, model) as (values
  ('019b76da-a800-8a01-a000-000000000001'::uuid, 'plan:free', 'default', '{"kind": "STANDARD", "unit": "0"}'::jsonb),
  ('019b76da-a800-8a01-a000-000000000002', 'plan:starter', 'default', '{"kind": "STANDARD", "unit": "49"}'),
  ('019b76da-a800-8a01-a000-000000000003', 'plan:business', 'default', '{"kind": "STANDARD", "unit": "499"}'),
  ('019b76da-a800-8a01-a000-000000000004', 'seat', 'default', '{"kind": "STANDARD", "unit": "9"}'),
  ('019b76da-a800-8a01-a000-000000000005', 'seat', 'plan:business@1',
    '{"kind": "GRADUATED", "tiers": [{"upTo": "100", "unit": "8"}, {"upTo": null, "unit": "6"}]}'),
  ('019b76da-a800-8a01-a000-000000000006', 'add_on:share_of_voice', 'default', '{"kind": "STANDARD", "unit": "29"}'),
  ('019b76da-a800-8a01-a000-000000000007', 'add_on:busiest_day', 'default', '{"kind": "STANDARD", "unit": "9"}'),
  ('019b76da-a800-8a01-a000-000000000008', 'meter:mentions', 'default',
    '{"kind": "GRADUATED", "tiers": [{"upTo": "10000", "unit": "0"}, {"upTo": null, "unit": "0.0012"}]}')
), added as (
  insert into price (id, subject, item, currency, units_from, valid_from, model, reason, created_by)
  select id, subject, item, 'EUR', 0, '2026-01-01T00:00:00Z', model, 'catalogue', 'release'
  from catalogue
  on conflict do nothing returning id
), counted as (
  insert into price_book (tenant_id, revision)
  select '00000000-0000-0000-0000-000000000000', 1 where exists (select from added)
  on conflict (tenant_id) do update set revision = price_book.revision + 1 returning tenant_id
)
insert into outbox (id, tenant_id, type, data)
select gen_random_uuid(), tenant_id, 'price-book.changed', '{}' from counted;

-- Events of usage are what happened: nobody changes or deletes one, and what requests count is made of them.
revoke update, delete on usage_event from chorus_billing_app, chorus_billing_worker;
revoke delete on usage_day from chorus_billing_app;
revoke update, delete on usage_unique from chorus_billing_app;
