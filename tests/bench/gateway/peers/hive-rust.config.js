// The settings of the public benchmark: identical requests in flight become one, queries are planned in Rust. Its `jit` is left
// out, because together with this planner every answer is null.
import { defineConfig } from '@graphql-hive/gateway';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';

export const gatewayConfig = defineConfig({
  unifiedGraphHandler,
  inboundInflightRequestDeduplication: true,
});
