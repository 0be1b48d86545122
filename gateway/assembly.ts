import { STEP_UP_METHODS } from '@chorus/shared/assurance.ts';
import type { EventBus } from '@chorus/shared/event-bus.ts';
import type { Logger } from '@chorus/shared/log.ts';
import type { Part } from '@chorus/shared/process.ts';
import type { Registry } from 'prom-client';
import { access, flagsAsked, policiesAsked } from './access/access.ts';
import {
  cache,
  compileTags,
  fleet,
  freshnessTold,
  readInvalidations,
  servedCounts,
  type Invalidated,
} from './cache/cache.ts';
import { productCallers, standaloneCallers, type Callers } from './callers.ts';
import type { GatewayConfig } from './config.ts';
import { cost } from './cost/cost.ts';
import { deprecationTold } from './deprecation/deprecation.ts';
import { documents, documentStore } from './documents/documents.ts';
import { errors } from './errors/errors.ts';
import { executor, type SessionCookies } from './executor/executor.ts';
import { explained } from './explain/explain.ts';
import { generations, type Generations } from './generations.ts';
import { http } from './http/http.ts';
import { pipeline } from './pipeline.ts';
import { rate } from './rate/rate.ts';
import type { Closing, Executed, Generation, Pipeline } from './request.ts';
import { metrics } from './telemetry/metrics.ts';
import { operationsNoted } from './telemetry/operations.ts';

/** The stages of one gateway put together, behind no door yet. */
export interface Assembly extends Pick<Generations, 'onServed' | 'reload'> {
  pipeline: Pipeline;
  /** The tag of the contract that all doors serve, if any. */
  contract: string | undefined;
  /** The tag of the contract for partners; undefined while the supergraph has none. */
  partners: () => string | undefined;
  /** Makes caches forget what is not true any more. @throws AppError BAD_REQUEST */
  invalidate: (body: unknown) => Promise<Invalidated>;
  metrics: Registry;
  /** Why the gateway should not get traffic yet. */
  notReady: Callers['notReady'];
  /** In the order of their start; stopped in reverse. */
  parts: Part[];
}

/** The tag of what partners may use. */
const PARTNER = 'partner';

/** Mutations whose session cookie travels between browsers and accounts. */
const SESSION_MUTATIONS = [
  'signIn',
  'staffSignIn',
  'completeMfa',
  'confirmTotp',
  'stepUp',
  'refreshSession',
  'signOut',
  'switchTenant',
];
const SESSION_COOKIES = ['__Host-chorus_refresh', 'chorus_refresh'];

/** Loads the supergraph and builds every stage. @throws ConfigError when something it was given is wrong */
export async function assemble(
  config: GatewayConfig,
  log: Logger,
  openBus: (url: string) => EventBus,
): Promise<Assembly> {
  const { mode } = config;
  const [store, counts] = [documentStore(), servedCounts()];
  const tagsNow = () => compileTags(current().supergraph.document);
  const kept = await fleet(config.redis, tagsNow, () => callers.others);
  const stores = { documents: store, counts, ...kept };
  const { current, during, onServed, reload, stop } = await generations(config, stores, log);
  const product = mode.kind === 'product';
  const contract = product ? undefined : mode.contract;
  const words = { stepUpMethods: product ? STEP_UP_METHODS : undefined };
  const callers = product
    ? await productCallers(mode, { openBus, forget: kept.hear }, log)
    : standaloneCallers(mode, log);
  onServed(({ generation }) => tellNames(generation, callers, log));
  const run = pipeline({
    http: http(),
    documents: documents(current, store),
    identity: callers.identity,
    tenant: callers.tenant,
    explain: callers.explain,
    cost: cost({ most: config.maxCost }),
    rate: rate(),
    quota: callers.quota,
    access: access({ unauthorized: config.unauthorized, words, ...callers.noted }),
    cache: cache({ forwardHeaders: config.forwardHeaders, counts, ...kept }),
    executor: executor({
      sign: callers.sign,
      forwardHeaders: config.forwardHeaders,
      sessionCookies: product ? sessionCookies(config) : undefined,
    }),
    errors: closing(config, callers, log),
  });
  kept.join(log);
  return {
    pipeline: (incoming) => during(() => run(incoming)),
    onServed,
    reload,
    contract,
    partners: () =>
      current().contract(contract ?? PARTNER) === undefined ? undefined : (contract ?? PARTNER),
    invalidate: async (body) => kept.forget({ what: readInvalidations(body) }),
    metrics: metrics({ counts, ...kept }),
    notReady: callers.notReady,
    parts: [...kept.parts, ...callers.parts, { name: 'supergraph', stop }],
  };
}

/** The answer, and what is told beside it. */
function closing(
  { forwardHeaders, requestTimeoutMs }: GatewayConfig,
  { executed }: Callers,
  log: Logger,
): Closing<Executed> {
  const answer = deprecationTold(freshnessTold(forwardHeaders, explained(errors({ log }))));
  return operationsNoted(executed, requestTimeoutMs, answer);
}

/** What the schema relies on is told where somebody keeps account of it, or warned of where nobody can know it. */
function tellNames(generation: Generation, { knownPolicy, flagsNamed }: Callers, log: Logger): void {
  flagsNamed?.(flagsAsked(generation));
  const policies = policiesAsked(generation).filter((name) => !knownPolicy(name));
  if (policies.length > 0) log.warn({ policies }, 'policies that nobody knows are never met');
}

const sessionCookies = ({ cors }: GatewayConfig): SessionCookies => ({
  subgraph: 'accounts',
  mutations: new Set(SESSION_MUTATIONS),
  names: SESSION_COOKIES,
  allowedOrigin: cors.allows,
});
