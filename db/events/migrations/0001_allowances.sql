CREATE TABLE "allowance" (
	"tenant_id" uuid NOT NULL,
	"meter" text NOT NULL,
	"period" text NOT NULL,
	"used" bigint NOT NULL,
	"taken" bigint NOT NULL,
	CONSTRAINT "allowance_tenant_id_meter_period_pk" PRIMARY KEY("tenant_id","meter","period")
);
