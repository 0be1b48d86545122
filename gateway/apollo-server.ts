import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import { createLog, type Logger } from '@chorus/shared/log.ts';
import { gatewayOver } from './apollo-server/gateway.ts';
import { configOf, namingOptions, type ChorusOptions } from './apollo-server/options.ts';
import { httpDetails, masking } from './apollo-server/plugin.ts';
import { runner } from './apollo-server/run.ts';
import { asFile } from './apollo-server/supergraph-file.ts';
import { assemble, type Assembly } from './assembly.ts';
import type { GatewayConfig } from './config.ts';
import { LIMITS } from './documents/size.ts';

export { clientOf, type Client } from './apollo-server/client.ts';
export type { ChorusOptions } from './apollo-server/options.ts';

/** What an Apollo Server needs to be a door in front of the gateway. */
export type ServerOptions = Required<
  Pick<
    ApolloServerOptionsWithGateway<BaseContext>,
    | 'gateway'
    | 'plugins'
    | 'formatError'
    | 'logger'
    | 'parseOptions'
    | 'csrfPrevention'
    | 'dangerouslyDisableValidation'
    | 'includeStacktraceInErrorResponses'
  >
>;

/**
 * The gateway behind Apollo Server: `new ApolloServer({ ...chorus({ supergraph: 'supergraph.graphql' }) })`. The stages
 * are those of the gateway's own door. A supergraph that cannot be served makes the start of the server fail.
 * @throws ConfigError when an option is wrong
 */
export function chorus({ log = createLog('gateway'), ...options }: ChorusOptions): ServerOptions {
  const { supergraphSdl } = options;
  const config = configOf(options);
  return serverOptions(config, log, async () => {
    const text = supergraphSdl === undefined ? undefined : await asFile(supergraphSdl);
    try {
      const supergraphFile = text?.file ?? config.supergraphFile;
      const assembly = await assemble({ ...config, supergraphFile }, log, postgresEventBus);
      const kept = text === undefined ? [] : [{ name: 'supergraph file', stop: text.end }];
      return { ...assembly, parts: [...kept, ...assembly.parts] };
    } catch (failure) {
      await text?.end();
      throw namingOptions(failure);
    }
  });
}

/** The same over any gateway, which is assembled when the server starts. */
export function serverOptions(
  config: GatewayConfig,
  log: Logger,
  assembled: () => Promise<Assembly>,
): ServerOptions {
  const { gateway, run } = gatewayOver(assembled, (assembly) => runner(assembly, config));
  return {
    gateway,
    plugins: [
      httpDetails(run, () => gateway.stop()),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
    formatError: masking(log),
    logger: log,
    parseOptions: { maxTokens: LIMITS.tokens },
    // The pipeline guards against forged requests, in the words of the own door,
    csrfPrevention: false,
    // and validates, by the schema as each caller sees it.
    dangerouslyDisableValidation: true,
    includeStacktraceInErrorResponses: false,
  };
}
