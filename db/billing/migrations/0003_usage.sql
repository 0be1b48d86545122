CREATE TABLE "usage_day" (
	"tenant_id" uuid NOT NULL,
	"meter" text NOT NULL,
	"day" date NOT NULL,
	"value" numeric NOT NULL,
	"events" bigint NOT NULL,
	CONSTRAINT "usage_day_tenant_id_meter_day_pk" PRIMARY KEY("tenant_id","meter","day")
);
--> statement-breakpoint
CREATE TABLE "usage_event" (
	"tenant_id" uuid NOT NULL,
	"source" text NOT NULL,
	"id" text NOT NULL,
	"type" text NOT NULL,
	"subject" text,
	"time" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"booked_day" date NOT NULL,
	"late" boolean NOT NULL,
	"data" jsonb,
	CONSTRAINT "usage_event_tenant_id_source_id_pk" PRIMARY KEY("tenant_id","source","id")
);
--> statement-breakpoint
CREATE TABLE "usage_unique" (
	"tenant_id" uuid NOT NULL,
	"meter" text NOT NULL,
	"day" date NOT NULL,
	"key" text NOT NULL,
	CONSTRAINT "usage_unique_tenant_id_meter_day_key_pk" PRIMARY KEY("tenant_id","meter","day","key")
);
--> statement-breakpoint
CREATE INDEX "usage_event_of_day" ON "usage_event" USING btree ("tenant_id","booked_day");