/** The planner's vendor collects usage from every process that does not say no before the planner is made. */
export function silenceVendorTelemetry(): void {
  process.env['APOLLO_TELEMETRY_DISABLED'] = '1';
}
