import { ConfigError } from '@chorus/shared/config.ts';
import { GLOBAL, type EventBus } from '@chorus/shared/event-bus.ts';
import type { FlagsNamed } from '@chorus/shared/flags/events.ts';
import { readSigningKey, type SigningKey } from '@chorus/shared/keys.ts';
import type { Logger } from '@chorus/shared/log.ts';
import type { Part } from '@chorus/shared/process.ts';
import { policyFile, toldDenials, type AccessOptions, type PolicyFile } from './access/access.ts';
import { busOthers, type Forgetting, type Others } from './cache/cache.ts';
import type { ProductMode, StandaloneMode } from './config.ts';
import type { ExecutorOptions } from './executor/executor.ts';
import { explain } from './explain/explain.ts';
import {
  apiKeys,
  credentialRefusals,
  foreignIdentity,
  foreignTokens,
  identity,
  identitySigner,
  keyUses,
  partnersByKey,
  sessions,
  withoutCredentials,
} from './identity/identity.ts';
import type { Stages } from './pipeline.ts';
import { leases, quota } from './quota/quota.ts';
import { busEvents } from './telemetry/bus-events.ts';
import { busOperations, type Operations } from './telemetry/operations.ts';
import {
  flagUses,
  productPolicies,
  recordReasons,
  tenant,
  tokenReasons,
  watchRecords,
  withoutTenants,
} from './tenant/tenant.ts';

/** What differs between the product and a supergraph served alone: who callers are and what subgraphs are told. */
export interface Callers extends Pick<Stages, 'identity' | 'tenant' | 'explain' | 'quota'> {
  sign: ExecutorOptions['sign'];
  /** Keeps account of what callers were denied and of the flags that decided; empty where nobody does. */
  noted: Pick<AccessOptions, 'tell' | 'noteFlags'>;
  /** Told of all flags that a schema names; undefined where nobody wants to know. */
  flagsNamed: ((flags: readonly string[]) => void) | undefined;
  /** Keeps account of what was executed for tenants; undefined where nobody does. */
  executed: Operations['note'] | undefined;
  /** Whether anybody can ever meet a policy of that name. */
  knownPolicy: (name: string) => boolean;
  /** Who else changes what is kept here; undefined for nobody. */
  others: Others | undefined;
  /** Why the gateway should not get traffic yet. */
  notReady: () => string | undefined;
  parts: Part[];
}

/** What callers are known by in the product, and what is heard of them. */
export interface ProductCallersOptions {
  openBus: (url: string) => EventBus;
  /** Told of what others have changed. */
  forget: (forgetting: Forgetting) => void;
}

/** Sessions and API keys, resolved by records from the bus and signed for the subgraphs. */
export async function productCallers(
  { gatewayKeys, eventsUrl, apiKeyPepper, production }: ProductMode,
  { openBus, forget }: ProductCallersOptions,
  log: Logger,
): Promise<Callers> {
  const sign = identitySigner(await signingKey(gatewayKeys));
  const bus = openBus(eventsUrl);
  const records = watchRecords(bus, log);
  const others = busOthers(bus, forget, log);
  const events = busEvents(bus, log);
  const operations = busOperations(bus, log);
  const refusals = credentialRefusals(events.tell);
  const denials = toldDenials(events.tell);
  const parts = leases(bus, log);
  const known = identity({
    session: sessions(records),
    apiKey: apiKeys(records, { pepper: apiKeyPepper, production }, keyUses(events.tell)),
  });
  return {
    identity: partnersByKey(refusals.telling(known)),
    tenant: refusals.telling(tenant(records)),
    explain: explain(recordReasons(records)),
    quota: quota(parts),
    sign: ({ rights }, subgraph) => sign(rights, subgraph),
    noted: { tell: denials.tell, noteFlags: flagUses(events.tell) },
    flagsNamed: (flags) =>
      events.tell({ type: 'flag.named', tenantId: GLOBAL, data: { flags } satisfies FlagsNamed }),
    executed: operations.note,
    knownPolicy: productPolicies.known,
    others,
    notReady: () => (records.ageSeconds() === Infinity ? 'waiting for the event bus' : undefined),
    parts: [
      { name: 'event bus', stop: () => bus.close() },
      { name: 'records', stop: records.stop },
      { name: 'quotas', stop: parts.stop },
      { name: 'others', stop: others.stop },
      { name: 'events', stop: events.stop },
      { name: 'operations', stop: operations.stop },
      { name: 'refusals', stop: refusals.stop },
      { name: 'denials', stop: denials.stop },
    ],
  };
}

/**
 * Nobody, or whoever holds a foreign token; subgraphs are told nothing.
 * @throws ConfigError when the keys or the policies cannot be read
 */
export function standaloneCallers({ tokens, policies: file }: StandaloneMode, log: Logger): Callers {
  const policies = file === undefined ? NO_POLICIES : policyFile(file);
  for (const [policy, reason] of policies.pointless)
    log.warn({ policy, reason }, 'a policy denies everybody');
  return {
    identity: tokens === undefined ? withoutCredentials() : foreignIdentity(foreignTokens(tokens, log)),
    tenant: withoutTenants(policies),
    explain: explain(tokenReasons),
    quota: () => ({}),
    sign: () => undefined,
    noted: {},
    flagsNamed: undefined,
    executed: undefined,
    knownPolicy: policies.known,
    others: undefined,
    notReady: () => undefined,
    parts: [],
  };
}

const NO_POLICIES: PolicyFile = { known: () => false, metBy: () => new Set(), pointless: new Map() };

async function signingKey(file: string): Promise<SigningKey> {
  try {
    return await readSigningKey(file);
  } catch {
    throw new ConfigError(`CHORUS_GATEWAY_KEYS must name a file of private keys, and "${file}" is none.`);
  }
}
