import { createHash } from 'node:crypto';
import type { Closing, Executed } from '../request.ts';

/** What decides how a request is answered, besides its URL. */
const DECIDING = ['Origin', 'Accept', 'Authorization'];

/**
 * Tells the client of an answer that is kept how long it holds: `Cache-Control`, `Age` and `ETag`. What anybody had to be
 * known for is `private`; any other answer is not to be stored.
 */
export const freshnessTold = (
  forwardHeaders: readonly string[],
  closing: Closing<Executed>,
): Closing<Executed> => {
  const vary = [...DECIDING, ...forwardHeaders].join(', ');
  return (request, failure) => {
    const answer = closing(request, failure);
    const { outcome, rights } = request;
    const ready = outcome?.result.ready;
    if (failure !== undefined || ready === undefined || rights === undefined) return answer;
    const { askedAt, freshUntil } = ready.lifetime;
    const now = performance.now();
    const age = seconds(now - askedAt);
    // Rights that end by themselves end what they allowed to see.
    const left = Math.min(seconds(freshUntil - now), Math.floor(rights.until - Date.now() / 1000));
    const whose = ready.scope === 'PUBLIC' && rights.identity.kind === 'anonymous' ? 'public' : 'private';
    const headers = {
      'cache-control': `${whose}, max-age=${age + Math.max(0, left)}`,
      age: String(age),
      etag: etagOf(ready.bytes),
      vary,
    };
    return { ...answer, headers: { ...answer.headers, ...headers } };
  };
};

const seconds = (ms: number): number => Math.max(0, Math.floor(ms / 1000));

const etags = new WeakMap<Buffer, string>();

/** Worked out once for each answer that is kept. */
function etagOf(bytes: Buffer): string {
  let etag = etags.get(bytes);
  if (etag === undefined)
    etags.set(bytes, (etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`));
  return etag;
}
