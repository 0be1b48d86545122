import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { issuer } from '../protected.ts';
import { SCOPES } from './schema.ts';

/** How the requests of a round differ by their Authorization header. */
export const REQUESTS = ['distinct', 'identical', 'first-seen'] as const;
export type Requests = (typeof REQUESTS)[number];

/** So many callers take turns that no two requests under way have the same token. */
export const CALLERS = 2_000;
const FIRST_SEEN = 30_000;
const AT_ONCE = 500;
const OF_ONE_TENANT = { tid: 'acme' };

/** Writes the keys and the tokens of all callers, and gives the names of both files beside the tokens. */
export async function writeTokens(folder: string, firstSeen: boolean) {
  const { file: jwks, token } = await issuer(folder);
  const tokens: string[] = [];
  const wanted = CALLERS + (firstSeen ? FIRST_SEEN : 0);
  while (tokens.length < wanted) {
    const from = tokens.length;
    const size = Math.min(AT_ONCE, wanted - from);
    tokens.push(
      ...(await Promise.all(
        Array.from({ length: size }, (_, index) => token(`caller-${from + index}`, SCOPES, OF_ONE_TENANT)),
      )),
    );
  }
  const file = join(folder, 'tokens.json');
  writeFileSync(file, JSON.stringify(tokens));
  return { jwks, file, tokens };
}
