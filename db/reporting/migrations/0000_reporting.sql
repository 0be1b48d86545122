CREATE TABLE "mention_volume" (
	"tenant_id" uuid NOT NULL,
	"tracker_id" uuid NOT NULL,
	"day" date NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "mention_volume_tenant_id_tracker_id_day_pk" PRIMARY KEY("tenant_id","tracker_id","day")
);
--> statement-breakpoint
CREATE TABLE "inbox_cursor" (
	"source" text PRIMARY KEY NOT NULL,
	"sequence" bigint NOT NULL
);
