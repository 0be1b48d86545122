INSERT INTO "role_assignment" ("tenant_id", "id", "role", "subject_kind", "subject_id", "source")
SELECT "tenant_id", gen_random_uuid(), unnest("roles"), 'member', "id"::text, 'setup' FROM "member"
ON CONFLICT DO NOTHING;--> statement-breakpoint
UPDATE "api_key" SET "revoked_at" = now() WHERE NOT "active";--> statement-breakpoint
ALTER TABLE "api_key" DROP COLUMN "active";--> statement-breakpoint
ALTER TABLE "member" DROP COLUMN "roles";