import type { MediaType } from '../request.ts';

const OFFERED = ['application/json', 'application/graphql-response+json'] as const;

/** The media type to answer with, or undefined when the client takes neither; without a wish it is plain JSON. */
export function negotiate(accept: string | undefined): MediaType | undefined {
  // What nearly all clients send needs no reading.
  if (accept === undefined || accept === OFFERED[0] || accept.trim() === '') return OFFERED[0];
  let best: MediaType | undefined;
  let bestQuality = 0;
  for (const range of accept.split(',').slice(0, 20)) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const offered =
      type === '*/*' || type === 'application/*' ? OFFERED[0] : OFFERED.find((known) => known === type);
    const quality = qualityOf(parameters);
    if (offered === undefined || quality <= bestQuality) continue;
    best = offered;
    bestQuality = quality;
  }
  return best;
}

function qualityOf(parameters: readonly string[]): number {
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  const value = quality === undefined ? 1 : Number(quality.slice(2));
  return value >= 0 && value <= 1 ? value : 0;
}

/** Whether a request body's type is JSON in UTF-8, the only form that is read. */
export function isJson(contentType: string | undefined): boolean {
  if (contentType === 'application/json') return true;
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  if (type !== 'application/json') return false;
  return parameters.every((parameter) => {
    const [name, value = ''] = parameter.split('=');
    return name !== 'charset' || /^"?utf-?8"?$/.test(value);
  });
}
