import { keyFile } from '../../testing-product.ts';
import { whenFinished } from '../../testing-lifetime.ts';
import { memoryBus } from '../../testing-bus.ts';
import { compose, gatewayOver, type TestGateway } from '../../testing.ts';
import { Chance } from './chance.ts';
import { Ledger } from './ledger.ts';
import { People, PEPPER } from './people.ts';
import { HEADERS, tellingSubgraphs, type Answers } from './subgraphs.ts';

export interface StandOptions {
  seed: number;
  /** How many gateways stand in front of the same subgraphs. */
  gateways?: number;
  /** Further settings of each. */
  env?: Readonly<Record<string, string>>;
}

/** Gateways of the product over subgraphs that tell whom they answer, and the people who ask them. */
export interface Stand {
  gateways: readonly TestGateway[];
  people: People;
  ledger: Ledger;
  answers: Answers;
  /** Tells one gateway what has changed. @throws when it does not acknowledge that */
  invalidate: (gateway: number, bodies: readonly object[]) => Promise<void>;
  /** How often the gateways found something kept, from their metrics. */
  found: () => Promise<Found>;
}

export interface Found {
  fields: number;
  answers: number;
}

const TOKEN = 'a token for the inside';
const CLEARED_MS = 200;

export async function standing({ seed, gateways: count = 1, env = {} }: StandOptions): Promise<Stand> {
  const [gatewayKeys, signing] = [await keyFile(), await keyFile()];
  const ledger = new Ledger();
  const buses = Array.from({ length: count }, () => memoryBus());
  const people = new People(ledger, buses, signing.key);
  const answers: Answers = { ledger, chance: new Chance(seed + 1), made: 0 };
  const subgraphs = await tellingSubgraphs(answers, gatewayKeys.key);
  const settings = {
    EVENTS_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/events',
    CHORUS_GATEWAY_KEYS: gatewayKeys.file,
    CHORUS_API_KEY_PEPPER: PEPPER.toString('hex'),
    CHORUS_INTERNAL_TOKEN: TOKEN,
    MAX_COST: String(Number.MAX_SAFE_INTEGER),
    ...env,
  };
  const args = HEADERS.flatMap((name) => ['--forward-header', name]);
  const supergraph = compose(subgraphs);
  const gateways: TestGateway[] = [];
  for (const bus of buses)
    gateways.push(await gatewayOver(subgraphs, { bus, env: settings, args, supergraph }));
  const clearing = setInterval(() => {
    // A long run would remember all of it.
    for (const { received } of subgraphs) received.length = 0;
    for (const { reads, appended } of buses) reads.length = appended.length = 0;
  }, CLEARED_MS);
  whenFinished(() => clearInterval(clearing));
  return {
    gateways,
    people,
    ledger,
    answers,
    invalidate: invalidating(gateways),
    found: () => foundBy(gateways),
  };
}

const invalidating =
  (gateways: readonly TestGateway[]): Stand['invalidate'] =>
  async (gateway, bodies) => {
    const { status } = await fetch(new URL('/cache/invalidate', gateways[gateway]?.internalUrl), {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify(bodies),
    });
    if (status !== 202) throw new Error(`an invalidation is answered with ${status}`);
  };

async function foundBy(gateways: readonly TestGateway[]): Promise<Found> {
  const found: Found = { fields: 0, answers: 0 };
  for (const { internalUrl } of gateways) {
    const text = await (await fetch(new URL('/metrics', internalUrl))).text();
    for (const [, what, count] of text.matchAll(
      /^chorus_cache_(fields|answers)_total\{.*state="hit"\} (\d+)/gm,
    ))
      found[what as keyof Found] += Number(count);
  }
  return found;
}
