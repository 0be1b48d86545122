INSERT INTO "role_assignment" ("tenant_id", "id", "role", "subject_kind", "subject_id", "source")
SELECT "tenant_id", gen_random_uuid(), unnest("roles"), 'member', "id"::text, 'setup' FROM "member"
ON CONFLICT DO NOTHING;--> statement-breakpoint
UPDATE "api_key" SET "revoked_at" = now() WHERE NOT "active";--> statement-breakpoint
ALTER TABLE "api_key" DROP COLUMN "active";--> statement-breakpoint
ALTER TABLE "member" DROP COLUMN "roles";--> statement-breakpoint
UPDATE "tenant" SET "version" = "version" + 1;--> statement-breakpoint
INSERT INTO "outbox" ("id", "tenant_id", "type", "data")
SELECT gen_random_uuid(), "tenant_id", 'tenant.changed', jsonb_build_object(
	'version', "version",
	'members', (SELECT coalesce(jsonb_agg("id"), '[]') FROM "member" WHERE "member"."tenant_id" = "tenant"."tenant_id"),
	'apiKeys', (SELECT coalesce(jsonb_agg("id"), '[]') FROM "api_key" WHERE "api_key"."tenant_id" = "tenant"."tenant_id"))
FROM "tenant";
