import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');

/** Commands of a page, and what it says they print. */
export interface Step {
  commands: string;
  prints: string;
}

export const readPage = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The commands of a page in order, each with the JSON that stands below it. */
export const stepsOf = (page: string): Step[] =>
  [...page.matchAll(/```sh\n(.*?)```\s+```json\n(.*?)```/gs)].map(([, commands = '', prints = '']) => ({
    commands,
    prints,
  }));

/** The code of a page in one language, block by block. */
export const blocksOf = (page: string, language: string): string[] =>
  page
    .split(`\`\`\`${language}\n`)
    .slice(1)
    .map((rest) => rest.split('```')[0] ?? '');

const BETWEEN = '=== next step ===';

/**
 * Runs the commands in one bash, one step after the other, and answers what each printed. A reader is slower than the
 * second a new key may take; this one waits until `KEY` works.
 */
export async function walk(steps: readonly Step[], env: Record<string, string>): Promise<string[]> {
  const awaitKey =
    'until curl -sf -o /dev/null "$CHORUS/partner/graphql" -H "Authorization: Bearer $KEY"' +
    ` -H 'Content-Type: application/json' -d '{ "query": "{ __typename }" }'; do :; done`;
  const script = steps.map(({ commands }) => `${commands}\nprintf '\\n${BETWEEN}\\n'\n${awaitKey}\n`);
  const { stdout } = await promisify(execFile)('bash', ['-euc', script.join('')], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    timeout: 60_000,
  });
  return stdout.split(`${BETWEEN}\n`).slice(0, -1);
}

const CHANGING: readonly [kind: string, form: RegExp][] = [
  ['key', /^chorus_live_[0-9a-f]{16}_\S+$/],
  ['id', /^(?:[0-9a-f]{16}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/],
  ['time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/],
];

/**
 * Reads answers one after the other, with ids, keys, cursors, times and posts as `id 1` and the like: those that are
 * the same in one walk have the same number, so that two walks read alike exactly if they hang together alike.
 */
export function alike(): (json: string) => unknown {
  const seen = new Map<string, string>();
  const counts = new Map<string, number>();
  const standIn = (kind: string, value: string): string => {
    const known = seen.get(value);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    seen.set(value, `${kind} ${count}`);
    return `${kind} ${count}`;
  };
  const kindOf = (name: string, value: string) =>
    name === 'endCursor' ? 'cursor' : CHANGING.find(([, form]) => form.test(value))?.[0];
  return (json) =>
    JSON.parse(json, (name, value: unknown) => {
      if (typeof value !== 'string') return value;
      if (name === 'text') return 'a post';
      const kind = kindOf(name, value);
      return kind === undefined ? value : standIn(kind, value);
    });
}
