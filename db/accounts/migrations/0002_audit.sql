CREATE TABLE "audit_event" (
	"tenant_id" uuid NOT NULL,
	"sequence" bigint NOT NULL,
	"id" uuid NOT NULL,
	"time" timestamp with time zone NOT NULL,
	"action" text NOT NULL,
	"actor" jsonb NOT NULL,
	"targets" jsonb NOT NULL,
	"context" jsonb NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "audit_event_tenant_id_sequence_pk" PRIMARY KEY("tenant_id","sequence"),
	CONSTRAINT "audit_event_id" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "audit_head" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"sequence" bigint NOT NULL,
	"hash" text NOT NULL
);
