import type { Running } from '../gateway/processes.ts';

/** An answer to be sent as it is. */
export interface FixedAnswer {
  headers: Record<string, string>;
  body: string;
}

/** Node writes these itself. */
const OF_NODE = new Set(['connection', 'date', 'keep-alive']);

/** What a gateway answers, headers and all. @throws when that is no answer */
export async function fixedAnswer(
  { name, port }: Running,
  body: string,
  token: string,
): Promise<FixedAnswer> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'accept-encoding': 'identity',
      authorization: `Bearer ${token}`,
    },
    body,
  });
  if (!response.ok) throw new Error(`${name} answers with status ${response.status}`);
  const headers = [...response.headers].filter(([header]) => !OF_NODE.has(header));
  return { headers: Object.fromEntries(headers), body: await response.text() };
}
