-- Requests change of a tenant nothing but its version; tenants are made and suspended elsewhere.
revoke insert, update, delete on tenant from chorus_accounts_app;
grant update (version) on tenant to chorus_accounts_app;
