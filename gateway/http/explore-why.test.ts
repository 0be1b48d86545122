import { expect, test } from 'vitest';
import { explorePage } from './explore-page.ts';
import { whyRows } from './explore-why.ts';

const RULE = '@requiresScopes(scopes: [["a"]])';
const PATHS = {
  open: { access: { rules: [], allowed: true }, cost: 2, fetch: { subgraph: 'shop', ms: 1.5 } },
  'open.a': {
    access: {
      rules: [RULE],
      allowed: true,
      grant: { scope: 'a', role: 'viewer', effect: 'allow', id: 'v#1' },
    },
  },
  token: { access: { rules: [RULE], allowed: true, grant: { scope: 'a' } } },
  key: {
    access: {
      rules: [RULE],
      allowed: true,
      grant: { scope: 'a', effect: 'allow', owner: { role: 'owner', effect: 'allow', id: 'owner' } },
    },
  },
  flag: {
    access: { rules: ['@feature(flag: "f", mode: "upsell")'], allowed: false, code: 'FEATURE_DISABLED' },
    feature: { flag: 'f', on: false, layer: 'none' },
  },
  below: { cost: 3 },
  kept: { access: { rules: [], allowed: true }, cache: { state: 'hit', age: 3, ttl: 50 } },
} as const;

test('the page shows a line for each place, with what is known of it', () => {
  const rows = whyRows({ cost: 7, paths: PATHS });
  expect(rows.map(({ cells }) => cells.join(' | '))).toEqual([
    'open | allowed |  |  |  | 2 | shop | 1.5 | ',
    `open.a | allowed | ${RULE} | allow by viewer (v#1) |  |  |  |  | `,
    `token | allowed | ${RULE} | a |  |  |  |  | `,
    `key | allowed | ${RULE} | allow by its scope; its owner: allow by owner (owner) |  |  |  |  | `,
    'flag | FEATURE_DISABLED | @feature(flag: "f", mode: "upsell") |  | f off (none) |  |  |  | ',
    'below |  |  |  |  | 3 |  |  | ',
    'kept | allowed |  |  |  |  |  |  | hit',
  ]);
  expect(rows.map(({ denied }) => denied)).toEqual([false, false, false, false, true, false, false]);
  expect(whyRows(undefined)).toEqual([]);
});

test('the page has the function that makes the lines, as JavaScript that needs nothing else, and asks for reasons', async () => {
  const page = await explorePage(true);
  const [, source = ''] = /const whyRows = ([\s\S]*?\n\});?\n/.exec(page) ?? [];
  // oxlint-disable-next-line typescript/no-implied-eval -- a browser evaluates the page too
  const rowsInPage = new Function(`return ${source}`)() as typeof whyRows;
  expect(rowsInPage({ paths: PATHS })).toEqual(whyRows({ paths: PATHS }));
  expect(page).toContain("headers.set('chorus-explain', '1')");
  expect(await explorePage(false)).toContain('id="chorus-why"');
});
