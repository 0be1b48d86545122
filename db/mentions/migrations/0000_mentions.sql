CREATE TABLE "mention" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"status" text DEFAULT 'OPEN' NOT NULL,
	"assignee_id" uuid,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"updated_at" timestamp with time zone,
	CONSTRAINT "mention_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "mention_tracker" (
	"tenant_id" uuid NOT NULL,
	"tracker_id" uuid NOT NULL,
	"mention_id" uuid NOT NULL,
	CONSTRAINT "mention_tracker_tenant_id_tracker_id_mention_id_pk" PRIMARY KEY("tenant_id","tracker_id","mention_id")
);
--> statement-breakpoint
CREATE TABLE "page" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"source" text NOT NULL,
	"handle" text collate "C" NOT NULL,
	"name" text,
	"mentions" bigint NOT NULL,
	CONSTRAINT "page_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "post" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"source" text NOT NULL,
	"external_id" text NOT NULL,
	"author_handle" text NOT NULL,
	"author_name" text,
	"text" text NOT NULL,
	"lang" text,
	"url" text,
	"reply_to" text,
	"handles" text[] DEFAULT '{}' NOT NULL,
	"hashtags" text[] DEFAULT '{}' NOT NULL,
	"published_at" timestamp with time zone NOT NULL,
	"ingested_at" timestamp with time zone DEFAULT now() NOT NULL,
	"rev" text,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "post_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "post_once" UNIQUE("tenant_id","source","external_id")
);
--> statement-breakpoint
CREATE TABLE "post_term" (
	"tenant_id" uuid NOT NULL,
	"term" text NOT NULL,
	"post_id" uuid NOT NULL,
	CONSTRAINT "post_term_tenant_id_term_post_id_pk" PRIMARY KEY("tenant_id","term","post_id")
);
--> statement-breakpoint
CREATE TABLE "tracker" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"handles" text[] NOT NULL,
	"hashtags" text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tracker_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"type" text NOT NULL,
	"data" jsonb NOT NULL,
	"time" timestamp with time zone DEFAULT now() NOT NULL,
	"sequence" bigint GENERATED ALWAYS AS IDENTITY (sequence name "outbox_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1)
);
--> statement-breakpoint
CREATE INDEX "mention_by_status" ON "mention" USING btree ("tenant_id","status","id");--> statement-breakpoint
CREATE INDEX "mention_by_assignee" ON "mention" USING btree ("tenant_id","assignee_id","id") WHERE "mention"."assignee_id" is not null;--> statement-breakpoint
CREATE INDEX "mention_tracker_of_mention" ON "mention_tracker" USING btree ("tenant_id","mention_id");--> statement-breakpoint
CREATE INDEX "page_by_handle" ON "page" USING btree ("tenant_id","handle");--> statement-breakpoint
CREATE UNIQUE INDEX "tracker_name_once" ON "tracker" USING btree ("tenant_id",lower("name"));--> statement-breakpoint
CREATE INDEX "outbox_order" ON "outbox" USING btree ("sequence");