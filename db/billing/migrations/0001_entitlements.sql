ALTER TABLE "plan" ADD COLUMN "entitlements" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
UPDATE "subscription" SET "version" = "version" + 1 WHERE "status" <> 'CANCELLED';--> statement-breakpoint
INSERT INTO "outbox" ("id", "tenant_id", "type", "data")
SELECT gen_random_uuid(), "subscription"."tenant_id", 'tenant.changed', jsonb_build_object('plan', "plan"."key")
FROM "subscription" JOIN "plan" ON "plan"."id" = "subscription"."plan_id" WHERE "status" <> 'CANCELLED';
