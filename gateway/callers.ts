import { ConfigError } from '@chorus/shared/config.ts';
import type { EventBus } from '@chorus/shared/event-bus.ts';
import { readSigningKey, type SigningKey } from '@chorus/shared/keys.ts';
import type { Logger } from '@chorus/shared/log.ts';
import type { Part } from '@chorus/shared/process.ts';
import type { ProductMode, StandaloneMode } from './config.ts';
import type { ExecutorOptions } from './executor/executor.ts';
import {
  apiKeys,
  credentialRefusals,
  foreignTokens,
  identity,
  identitySigner,
  keyUses,
  partnersByKey,
  sessions,
  withoutCredentials,
} from './identity/identity.ts';
import type { Stages } from './pipeline.ts';
import { busEvents } from './telemetry/bus-events.ts';
import { tenant, watchRecords, withoutTenants } from './tenant/tenant.ts';

/** What differs between the product and a supergraph served alone: who callers are and what subgraphs are told. */
export interface Callers extends Pick<Stages, 'identity' | 'tenant'> {
  sign: ExecutorOptions['sign'];
  /** Why the gateway should not get traffic yet. */
  notReady: () => string | undefined;
  parts: Part[];
}

/** Sessions and API keys, resolved by records from the bus and signed for the subgraphs. */
export async function productCallers(
  { gatewayKeys, eventsUrl, apiKeyPepper, production }: ProductMode,
  openBus: (url: string) => EventBus,
  log: Logger,
): Promise<Callers> {
  const sign = identitySigner(await signingKey(gatewayKeys));
  const bus = openBus(eventsUrl);
  const records = watchRecords(bus, log);
  const events = busEvents(bus, log);
  const refusals = credentialRefusals(events.tell);
  const known = identity({
    session: sessions(records),
    apiKey: apiKeys(records, { pepper: apiKeyPepper, production }, keyUses(events.tell)),
  });
  return {
    identity: partnersByKey(refusals.telling(known)),
    tenant: refusals.telling(tenant(records)),
    sign: ({ rights }, subgraph) => sign(rights, subgraph),
    notReady: () => (records.ageSeconds() === Infinity ? 'waiting for the event bus' : undefined),
    parts: [
      { name: 'event bus', stop: () => bus.close() },
      { name: 'records', stop: records.stop },
      { name: 'events', stop: events.stop },
      { name: 'refusals', stop: refusals.stop },
    ],
  };
}

/** Nobody, or the subject of a foreign token; subgraphs are told nothing. */
export const standaloneCallers = ({ tokens }: StandaloneMode): Callers => ({
  identity: tokens === undefined ? withoutCredentials() : foreignIdentity(foreignTokens(tokens)),
  tenant: withoutTenants(),
  sign: () => Promise.resolve(undefined),
  notReady: () => undefined,
  parts: [],
});

const foreignIdentity = (tokens: ReturnType<typeof foreignTokens>): Stages['identity'] =>
  identity({ session: tokens, apiKey: tokens });

async function signingKey(file: string): Promise<SigningKey> {
  try {
    return await readSigningKey(file);
  } catch {
    throw new ConfigError(`CHORUS_GATEWAY_KEYS must name a file of private keys, and "${file}" is none.`);
  }
}
