import type { JWK } from 'jose';
import { ACCESS_TOKEN_LIFETIME_S } from '@chorus/shared/access-token.ts';
import { GLOBAL, type EventBus } from '@chorus/shared/event-bus.ts';
import { importSigningKey, keySet, type KeySet, type SigningKey } from '@chorus/shared/keys.ts';
import type { Logger } from '@chorus/shared/log.ts';
import type { Part } from '@chorus/shared/process.ts';
import { aboutTokenKey, currentTokenKeys, replaceTokenKeys, type KeyStore } from './rotation.ts';
import type { TokenKey } from './token-keys.queries.ts';

/** What signs access tokens now, and what checks them. */
export interface TokenKeys {
  readonly signingKey: SigningKey;
  readonly keys: KeySet;
}

const LOOK_MS = 5_000;
/** A minute more than any token it signed lives. */
const KEPT_S = ACCESS_TOKEN_LIFETIME_S + 60;

/** Keys that never change; for tests. */
export const fixedTokenKeys = (signingKey: SigningKey): TokenKeys => ({
  signingKey,
  keys: keySet(signingKey.publicJwks),
});

/** Keys that rotate while the process runs; every process looks for changes and publishes what it finds. */
export async function startTokenKeys(store: KeyStore, bus: EventBus, log: Logger): Promise<TokenKeys & Part> {
  let known = await load(store, bus, undefined).catch(async (error: unknown) => {
    if (store.expendable !== true) throw error;
    log.warn({ error }, 'token keys are replaced');
    await replaceTokenKeys(store);
    return load(store, bus, undefined);
  });
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const look = async () => {
    try {
      known = await load(store, bus, known);
    } catch (error) {
      log.warn({ error }, 'token keys stay as they are');
    }
    if (!stopped) schedule();
  };
  const schedule = () => {
    timer = setTimeout(() => {
      looking = look();
    }, LOOK_MS);
  };
  schedule();
  return {
    get signingKey() {
      return known.signingKey;
    },
    get keys() {
      return known.keys;
    },
    name: 'token keys',
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await looking;
      await store.database.end();
    },
  };
}

type Loaded = TokenKeys & { of: string };

async function load(store: KeyStore, bus: EventBus, known: Loaded | undefined): Promise<Loaded> {
  const all = await currentTokenKeys(store);
  const kept = all.filter((_, index) => (all[index - 1]?.signsForS ?? 0) < KEPT_S);
  const signing = kept.find(({ signsForS }) => signsForS >= 0);
  if (signing === undefined) throw new Error('no token key signs yet');
  const of = [signing, ...kept].map(({ kid }) => kid).join(' ');
  if (of === known?.of) return known;
  const publicJwks = { keys: kept.map(({ publicJwk }) => publicJwk) };
  await bus.putRecord({ kind: 'jwks', tenantId: GLOBAL, version: Date.now(), body: publicJwks });
  const signingKey = { ...(await opened(store, signing)), publicJwks };
  return { signingKey, keys: keySet(publicJwks), of };
}

async function opened({ database, dataKeys }: KeyStore, { kid, sealed }: TokenKey) {
  const text = await dataKeys.open(database.statements(null), aboutTokenKey(kid), sealed);
  return importSigningKey(JSON.parse(text) as JWK);
}
