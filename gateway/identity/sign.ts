import { signIdentity } from '@chorus/shared/identity.ts';
import type { SigningKey } from '@chorus/shared/keys.ts';
import { LRUCache } from 'lru-cache';
import type { Rights } from '../caller.ts';

/** Signatures are good for 60 s; they are renewed before that, so that none ends on its way. */
const RENEW_MS = 40_000;
const MOST_SIGNATURES = 40_000;

/** Signs who calls, once per caller, subgraph and version of the records. */
export function identitySigner(
  key: SigningKey,
): (rights: Rights, subgraph: string) => string | Promise<string> {
  const signed = new LRUCache<string, Signature>({ max: MOST_SIGNATURES });
  return (rights, subgraph) => {
    const of = `${subgraph} ${rights.key}`;
    const known = signed.get(of);
    if (known !== undefined && known.until > Date.now()) return known.token;
    const token = signIdentity(rights.identity, subgraph, key);
    const signature: Signature = { token, until: Date.now() + RENEW_MS };
    signed.set(of, signature);
    token.then(
      (text) => (signature.token = text),
      () => signed.delete(of),
    );
    return token;
  };
}

interface Signature {
  token: string | Promise<string>;
  until: number;
}
