CREATE TABLE "add_on" (
	"key" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"features" text[] NOT NULL,
	"sort" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "plan_version" (
	"plan_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"valid_from" timestamp with time zone NOT NULL,
	"features" text[] DEFAULT '{}' NOT NULL,
	"included_seats" integer NOT NULL,
	"trial_days" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "plan_version_plan_id_version_pk" PRIMARY KEY("plan_id","version")
);
--> statement-breakpoint
CREATE TABLE "contract_price" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"subject" text NOT NULL,
	"item" text NOT NULL,
	"currency" text NOT NULL,
	"units_from" bigint NOT NULL,
	"units_to" bigint,
	"valid_from" timestamp with time zone NOT NULL,
	"valid_to" timestamp with time zone,
	"model" jsonb NOT NULL,
	"reason" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_by" text,
	"end_reason" text,
	CONSTRAINT "contract_price_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "price" (
	"id" uuid PRIMARY KEY NOT NULL,
	"subject" text NOT NULL,
	"item" text NOT NULL,
	"currency" text NOT NULL,
	"units_from" bigint NOT NULL,
	"units_to" bigint,
	"valid_from" timestamp with time zone NOT NULL,
	"valid_to" timestamp with time zone,
	"model" jsonb NOT NULL,
	"reason" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_by" text,
	"end_reason" text,
	CONSTRAINT "price_of_no_contract" CHECK (subject not like 'contract:%')
);
--> statement-breakpoint
CREATE TABLE "price_book" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"revision" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "subscription_change" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"subscription_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"currency" text NOT NULL,
	"lines" jsonb NOT NULL,
	"total" bigint NOT NULL,
	CONSTRAINT "subscription_change_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "idempotent_answer" (
	"tenant_id" uuid NOT NULL,
	"key" text NOT NULL,
	"request" text NOT NULL,
	"answer" jsonb NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotent_answer_tenant_id_key_pk" PRIMARY KEY("tenant_id","key")
);
--> statement-breakpoint
INSERT INTO "plan_version" ("plan_id", "version", "valid_from", "features", "included_seats")
SELECT "id", 1, '2026-01-01T00:00:00Z', "features", 5 FROM "plan";--> statement-breakpoint
CREATE TYPE "price_key" AS RANGE (SUBTYPE = text);--> statement-breakpoint
ALTER TABLE "price" ADD CONSTRAINT "price_alone" EXCLUDE USING gist (
	"price_key"("subject" || ' ' || "item" || ' ' || "currency", "subject" || ' ' || "item" || ' ' || "currency", '[]') WITH &&,
	int8range("units_from", "units_to", '[]') WITH &&,
	tstzrange("valid_from", "valid_to") WITH &&
);--> statement-breakpoint
ALTER TABLE "contract_price" ADD CONSTRAINT "contract_price_alone" EXCLUDE USING gist (
	"price_key"("subject" || ' ' || "item" || ' ' || "currency", "subject" || ' ' || "item" || ' ' || "currency", '[]') WITH &&,
	int8range("units_from", "units_to", '[]') WITH &&,
	tstzrange("valid_from", "valid_to") WITH &&
);--> statement-breakpoint
ALTER TABLE "subscription" ADD COLUMN "plan_version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "subscription" ADD COLUMN "add_ons" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "subscription" ADD COLUMN "currency" text DEFAULT 'EUR' NOT NULL;--> statement-breakpoint
ALTER TABLE "subscription" ADD COLUMN "terms" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "subscription" ADD COLUMN "trial_ends_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "subscription" ADD COLUMN "tried" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "subscription" ADD COLUMN "changed_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "plan_version" ADD CONSTRAINT "plan_version_plan_id_plan_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plan"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "plan_version_from" ON "plan_version" USING btree ("plan_id","valid_from");--> statement-breakpoint
CREATE INDEX "contract_price_of_item" ON "contract_price" USING btree ("tenant_id","item");--> statement-breakpoint
CREATE INDEX "price_of_subject" ON "price" USING btree ("subject","item");--> statement-breakpoint
CREATE INDEX "subscription_change_at" ON "subscription_change" USING btree ("tenant_id","subscription_id","at");--> statement-breakpoint
ALTER TABLE "subscription" ADD CONSTRAINT "subscription_plan_version" FOREIGN KEY ("plan_id","plan_version") REFERENCES "public"."plan_version"("plan_id","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "subscription_trial" ON "subscription" USING btree ("trial_ends_at") WHERE trial_ends_at is not null;--> statement-breakpoint
ALTER TABLE "plan" DROP COLUMN "monthly_price";--> statement-breakpoint
ALTER TABLE "plan" DROP COLUMN "currency";--> statement-breakpoint
ALTER TABLE "plan" DROP COLUMN "features";--> statement-breakpoint
UPDATE "subscription" SET "version" = "version" + 1;--> statement-breakpoint
INSERT INTO "outbox" ("id", "tenant_id", "type", "data")
SELECT gen_random_uuid(), "tenant_id", 'tenant.changed', '{}' FROM "subscription" WHERE "status" <> 'CANCELLED';
