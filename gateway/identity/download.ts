import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getSecure } from 'node:https';

const TIMEOUT_MS = 2000;
const ACCEPT = 'application/json, application/jwk-set+json';
const MOST_BYTES = 512 * 1024;

/** The text behind an address, bounded in time and size; redirects are not followed. */
export function download(url: URL): Promise<string> {
  const get = url.protocol === 'https:' ? getSecure : getPlain;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  return new Promise((resolve, reject) => {
    const request = get(url, { signal, agent: false, headers: { accept: ACCEPT } }, (response) => {
      collect(response).then(resolve, (failure: unknown) => {
        reject(failure);
        request.destroy();
      });
    });
    request.on('error', reject);
  });
}

async function collect(response: IncomingMessage): Promise<string> {
  if (response.statusCode !== 200) throw new Error(`the answer has status ${response.statusCode}`);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
