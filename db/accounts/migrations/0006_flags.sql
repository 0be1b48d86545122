CREATE TABLE "feature_override" (
	"tenant_id" uuid NOT NULL,
	"key" text NOT NULL,
	"layer" text NOT NULL,
	"variant" text,
	"forced" boolean NOT NULL,
	"reason" text NOT NULL,
	"set_by" jsonb NOT NULL,
	"set_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	CONSTRAINT "feature_override_tenant_id_key_layer_pk" PRIMARY KEY("tenant_id","key","layer")
);
--> statement-breakpoint
CREATE TABLE "flag" (
	"key" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"definition" jsonb NOT NULL,
	"killed_at" timestamp with time zone,
	"kill_reason" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"in_schema" boolean DEFAULT false NOT NULL,
	"last_evaluated_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "flag_version" (
	"key" text NOT NULL,
	"version" integer NOT NULL,
	"definition" jsonb NOT NULL,
	"reason" text NOT NULL,
	"author" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"repeats" integer,
	CONSTRAINT "flag_version_key_version_pk" PRIMARY KEY("key","version")
);
