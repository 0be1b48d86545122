ALTER TABLE "plan" ADD COLUMN "features" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
UPDATE "subscription" SET "version" = "version" + 1;--> statement-breakpoint
INSERT INTO "outbox" ("id", "tenant_id", "type", "data")
SELECT gen_random_uuid(), "tenant_id", 'tenant.changed', '{}' FROM "subscription" WHERE "status" <> 'CANCELLED';
