import { hash } from 'node:crypto';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { ConfigError } from '@chorus/shared/config.ts';
import type { Logger } from '@chorus/shared/log.ts';
import type { DocumentNode } from 'graphql';
import { compileAccess, ENFORCED } from './access/access.ts';
import {
  compileFeeding,
  compilePolicies,
  compileTags,
  fieldCache,
  headerPolicy,
  keptFetch,
  type Fleet,
  type ServedCounts,
} from './cache/cache.ts';
import type { GatewayConfig } from './config.ts';
import type { DocumentStore } from './documents/documents.ts';
import type { Generation } from './request.ts';
import { succession, type Succession } from './succession.ts';
import { fileState, loadSupergraph, readSupergraph, watchFile } from './supergraph/supergraph.ts';
import type { LoadedSupergraph, PreparedSupergraph } from './supergraph/supergraph.ts';
import { targetOf, transport, type Target } from './transport/transport.ts';

/** The supergraph of the file as it changes: one is served, those before it only until their last request is over. */
export interface Generations extends Pick<Succession<Served>, 'during'> {
  current: () => Generation;
  /** Calls now and whenever another supergraph is served, until told otherwise. */
  onServed: (listener: Listener) => () => void;
  /** Reads the file again. A supergraph that cannot be served is refused, and the one before goes on. */
  reload: () => Promise<void>;
  stop: () => Promise<void>;
}

type Listener = (served: Pick<Served, 'generation' | 'prepared'>) => void;

interface Served extends LoadedSupergraph {
  prepared: PreparedSupergraph;
}

/** So many operations and plans are made ready before a supergraph is swapped in, */
const HOT = 50;
/** and so long they are waited for. */
const WARM_MS = 400;

/** What outlives a supergraph. */
export interface Stores extends Pick<Fleet, 'store' | 'shared' | 'forget' | 'heardSince'> {
  documents: DocumentStore;
  counts: ServedCounts;
}

/** @throws ConfigError when the supergraph cannot be served */
export async function generations(config: GatewayConfig, stores: Stores, log: Logger): Promise<Generations> {
  const { supergraphFile: file } = config;
  const known = await fileState(file);
  const first = await load(readSupergraph(file, ENFORCED), config, stores, log);
  let stopped = false;
  const { current, replace, during, stop } = succession(first, async ({ stop: end }) => {
    await end().catch((error: unknown) => log.error({ error }, 'a supergraph did not end'));
    if (!stopped) log.info('no request uses the supergraph before any more');
  });
  const listeners = new Set<Listener>();
  const take = async () => {
    const began = performance.now();
    const prepared = readSupergraph(file, ENFORCED);
    if (prepared.text === current().prepared.text)
      return log.info('the supergraph file holds what is served');
    await turn();
    const next = await load(prepared, config, stores, log);
    await warm(stores.documents, current(), next);
    if (stopped) return next.stop();
    replace(next);
    for (const listener of listeners) listener(next);
    return log.info({ ms: Math.round(performance.now() - began) }, 'a new supergraph is served');
  };
  let taken = Promise.resolve();
  const reload = () => (taken = taken.then(take).catch((failure: unknown) => refuse(failure, log)));
  const unwatch = watchFile(file, known, reload);
  return {
    during,
    reload,
    current: () => current().generation,
    onServed: (listener) => {
      listeners.add(listener);
      listener(current());
      return () => void listeners.delete(listener);
    },
    stop: () => {
      stopped = true;
      unwatch();
      return stop();
    },
  };
}

function refuse(failure: unknown, log: Logger): void {
  const reason = failure instanceof ConfigError ? { reason: failure.message } : { error: failure };
  log.error(reason, 'the changed supergraph is refused; the one before is still served');
}

async function load(
  prepared: PreparedSupergraph,
  config: GatewayConfig,
  { store, shared, counts, forget, heardSince }: Stores,
  log: Logger,
): Promise<Served> {
  const targets = targetsOf(prepared, config);
  const policies = compilePolicies(prepared);
  const { fromHeaders } = policies;
  const timeoutMs = config.subgraphTimeoutMs;
  const links = transport({ targets, schema: prepared.types, timeoutMs, log, readsCaching: fromHeaders });
  try {
    compileAccess(prepared);
    const tags = compileTags(prepared.document);
    const feeding = compileFeeding(prepared.document);
    const reading = { policies, types: prepared.types, tags, counts, feeding };
    const keeping = {
      ...links,
      scopeOf: policies.scopeOf,
      keptOf: (operation: DocumentNode, subgraph: string) => keptFetch(operation, subgraph, reading),
      ask: fieldCache({
        ...links,
        store,
        shared,
        tags,
        forget,
        heardSince,
        headerPolicy: fromHeaders ? headerPolicy(config.forwardHeaders) : undefined,
        generation: nameOf(prepared, targets, config),
      }),
    };
    const loaded = await loadSupergraph(prepared, keeping, log);
    const stop = async () => {
      await Promise.all([loaded.stop(), links.stop()]);
    };
    const lacking = lackingContract(loaded.generation, config);
    if (lacking !== undefined) {
      await stop();
      throw new ConfigError(`--contract ${lacking}: nothing in the supergraph has that tag.`);
    }
    return { ...loaded, prepared, stop };
  } catch (failure) {
    await links.stop();
    throw failure;
  }
}

/** The same for gateways that ask the same subgraphs in the same way, so that what one has kept is good for the other. */
function nameOf(
  { text }: PreparedSupergraph,
  targets: ReadonlyMap<string, Target>,
  { mode, forwardHeaders }: GatewayConfig,
): string {
  const said = [text, [...targets], mode.kind, forwardHeaders];
  return hash('sha256', JSON.stringify(said), 'base64url');
}

/** The tag that is to be served and that nothing has. */
function lackingContract({ contract }: Generation, { mode }: GatewayConfig): string | undefined {
  if (mode.kind === 'product' || mode.contract === undefined) return undefined;
  return contract(mode.contract) === undefined ? mode.contract : undefined;
}

/** Makes ready what the supergraph before was asked for most; what takes longer is made ready behind the swap. */
async function warm(documents: DocumentStore, from: Served, to: Served): Promise<void> {
  const prepare = async () => {
    for (const text of documents.hottest(from.generation, HOT)) {
      try {
        documents.prepared(text, to.generation);
      } catch {
        // It asks for what is no longer there, and is told so when it is sent again.
      }
      await turn();
    }
  };
  const plan = to.planning.warm(from.planning.hottest(HOT));
  await Promise.race([Promise.all([plan, prepare()]), pause(WARM_MS, undefined, { ref: false })]);
}

function targetsOf({ subgraphs }: PreparedSupergraph, config: GatewayConfig): Map<string, Target> {
  for (const [name, { setting }] of config.subgraphs) {
    if (!subgraphs.some((subgraph) => subgraph.name === name)) {
      throw new ConfigError(`${setting} names a subgraph that the supergraph does not have.`);
    }
  }
  return new Map(
    subgraphs.map(({ name, url }) => {
      const own = config.subgraphs.get(name);
      const address = own?.url ?? url;
      if (address === '')
        throw new ConfigError(`--subgraph ${name}=URL is needed: the supergraph has no address for it.`);
      return [name, targetOf(address, own?.setting ?? `The address of subgraph ${name}`, config.production)];
    }),
  );
}
