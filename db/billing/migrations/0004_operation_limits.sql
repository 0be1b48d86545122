ALTER TABLE "plan_version" ADD COLUMN "operation_limit" bigint;--> statement-breakpoint
ALTER TABLE "plan_version" ADD COLUMN "operation_limit_hard" boolean DEFAULT true NOT NULL;