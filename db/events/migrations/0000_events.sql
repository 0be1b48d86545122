CREATE TABLE "consumer_cursor" (
	"consumer" text NOT NULL,
	"source" text NOT NULL,
	"sequence" bigint NOT NULL,
	CONSTRAINT "consumer_cursor_consumer_source_pk" PRIMARY KEY("consumer","source")
);
--> statement-breakpoint
CREATE TABLE "event" (
	"source" text NOT NULL,
	"sequence" bigint NOT NULL,
	"id" uuid NOT NULL,
	"type" text NOT NULL,
	"tenant_id" uuid NOT NULL,
	"time" timestamp with time zone NOT NULL,
	"data" jsonb NOT NULL,
	CONSTRAINT "event_source_sequence_pk" PRIMARY KEY("source","sequence"),
	CONSTRAINT "event_once" UNIQUE("source","id")
);
--> statement-breakpoint
CREATE TABLE "record" (
	"kind" text NOT NULL,
	"tenant_id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"body" jsonb NOT NULL,
	CONSTRAINT "record_kind_tenant_id_pk" PRIMARY KEY("kind","tenant_id")
);
