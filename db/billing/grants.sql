-- The catalogue belongs to no tenant: every request may read it, none may change it.
grant select on plan to chorus_billing_app;

insert into plan (id, key, name, description, monthly_price, currency, sort, features) values
  ('019b76da-a800-8051-a83c-103b6125dc29', 'free', 'Free', 'One team that wants to listen in: a few trackers, no charge.', 0, 'EUR', 1, '{}'),
  ('019b76da-a800-84f0-aaff-b78458923f1e', 'starter', 'Starter', 'Small teams that answer what they hear.', 4900, 'EUR', 2, '{}'),
  ('019b76da-a800-8eb8-ae74-7f10001a18fc', 'business', 'Business', 'Organisations with several teams, roles and reports.', 49900, 'EUR', 3, '{share_of_voice,busiest_day}')
on conflict (id) do update set features = excluded.features;

-- Events of usage are what happened: nobody changes or deletes one, and what requests count is made of them.
revoke update, delete on usage_event from chorus_billing_app, chorus_billing_worker;
revoke delete on usage_day from chorus_billing_app;
revoke update, delete on usage_unique from chorus_billing_app;
