import { DEFAULT_RATE } from '@chorus/accounts/api-keys/api-key-input.ts';
import { MAX_PAGE } from '@chorus/shared/connection.ts';
import { ERRORS, isErrorCode, type ErrorCode } from '@chorus/shared/errors.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../gateway/config.ts';
import { LIMITS } from '../../gateway/documents/size.ts';
import { client } from '../harness/client.ts';
import { declaredRules } from '../harness/declared-rules.ts';
import { alike, blocksOf, readPage, stepsOf, walk } from '../harness/guide.ts';
import { demoOf, newPlace, start, up, type Place, type Started } from '../harness/installation.ts';
import { partnerContract } from '../harness/partner-contract.ts';

const PAGE = readPage('docs/partners.md');
const STEPS = stepsOf(PAGE);

/** Codes that no partner meets, and why. */
const NOT_MET: Partial<Record<ErrorCode, string>> = {
  MFA_REQUIRED: 'keys have no second factor to confirm; they are told FORBIDDEN',
  FEATURE_DISABLED: 'nothing in the contract belongs to a feature',
  QUOTA_EXCEEDED: 'nothing in the contract has a quota',
  CONFLICT: 'no mutation of the contract answers it',
  IDEMPOTENCY_MISMATCH: 'no mutation of the contract takes an idempotency key',
};

let place: Place;
let running: Started;
/** What the commands of the page printed, and how long all of them took. */
let printed: string[];
let tookMs: number;

beforeAll(async () => {
  place = await newPlace();
  running = await up(start(place));
  const startedAt = performance.now();
  printed = await walk(STEPS, { CHORUS: originOf(), CHORUS_DATA_DIR: place.dataDir });
  tookMs = performance.now() - startedAt;
}, 120_000);

afterAll(async () => {
  running.supervisor.kill('SIGTERM');
  await running.exit;
  place.remove();
});

const originOf = () => new URL(demoOf(place).gatewayUrl).origin;

/** Asks with one of the keys that the walk made: the first, or the one that took its place. */
function partner(
  query: string,
  { number = 1, headers = {} }: { number?: number; headers?: Record<string, string> } = {},
) {
  const keys = printed.flatMap((text) => text.match(/chorus_live_[^"]+/) ?? []);
  return client(`${originOf()}/partner/graphql`, keys[number], headers)(query);
}

test('who follows the page from the first command to the last sees what stands there, in far less than five minutes', () => {
  expect([blocksOf(PAGE, 'sh').length, blocksOf(PAGE, 'json').length]).toEqual([STEPS.length, STEPS.length]);
  expect(tookMs).toBeLessThan(60_000);
  expect(printed.map(alike())).toEqual(STEPS.map(({ prints }) => prints).map(alike()));
});

test('the key that was revoked on the way is refused, and the one in its place is not', async () => {
  const [first, second] = [
    await partner('{ tenant { name } }', { number: 0 }),
    await partner('{ tenant { name } }'),
  ];
  expect([first.status, second.status]).toEqual([401, 200]);
});

test('the page names the scope of everything that partners can ask for', () => {
  const rows = [...PAGE.matchAll(/^\| `(\w+\.\w+)` +\| (.+) \|$/gm)];
  const fieldsOf = new Map(rows.map(([, scope = '', fields = '']) => [scope, fields]));
  const asked = [...partnerContract()].filter((coordinate) =>
    /^(?:Query|Mutation)\.|^Tracker.volume$/.test(coordinate),
  );
  expect(asked.length).toBeGreaterThan(8);
  for (const coordinate of asked) {
    const [scope = ''] = declaredRules.get(coordinate)?.scopes ?? [];
    expect(fieldsOf.get(scope)).toContain(`\`${coordinate.split('.')[1]}\``);
  }
});

test('the page names every code a partner can meet, with its status and whether asking again helps', () => {
  const rows = [...PAGE.matchAll(/^\| `([A-Z_]+)` +\| (\d+) +\| (yes|no) /gm)];
  const told = Object.fromEntries(
    rows.map(([, code = '', status, again]) => [
      code,
      { status: Number(status), retryable: again === 'yes' },
    ]),
  );
  const met = Object.entries(ERRORS).filter(([code]) => isErrorCode(code) && NOT_MET[code] === undefined);
  expect(told).toEqual(
    Object.fromEntries(met.map(([code, { status, retryable }]) => [code, { status, retryable }])),
  );
});

test('nothing partners reach belongs to a feature or wants a second factor', () => {
  const rules = [...partnerContract()].flatMap((coordinate) => declaredRules.get(coordinate) ?? []);
  expect(rules.length).toBeGreaterThan(0);
  expect(rules.filter(({ flag, maxAge }) => flag !== undefined || maxAge !== undefined)).toEqual([]);
});

test('the limits on the page are those of the code', () => {
  const number = (value: number) => value.toLocaleString('en');
  const { maxCost } = readConfig([], {
    EVENTS_DATABASE_URL: 'postgres://u:p@h:5432/events',
    CHORUS_GATEWAY_KEYS: '/keys.json',
  });
  for (const sentence of [
    `${DEFAULT_RATE} requests a second for each key`,
    `A page has at most ${MAX_PAGE} items.`,
    `\`first\` says how many, at most ${MAX_PAGE}.`,
    `An operation may cost ${number(maxCost)}:`,
    `A document has at most ${number(LIMITS.tokens)} tokens, ${number(LIMITS.selections)} fields with fragments written out, ` +
      `${LIMITS.depth} levels, ${LIMITS.aliases} aliases and ${LIMITS.mutations} mutations.`,
  ])
    expect(PAGE).toContain(sentence);
});

test('a body may have 256 KiB and not a byte more', async () => {
  expect(PAGE).toContain('A body has at most 256 KiB.');
  const overhead = JSON.stringify({ query: '{ __typename } #', variables: {} }).length;
  const ofSize = (bytes: number) => partner(`{ __typename } #${'x'.repeat(bytes - overhead)}`);
  expect((await ofSize(256 * 1024)).body).toEqual({ data: { __typename: 'Query' } });
  expect((await ofSize(256 * 1024 + 1)).status).toBe(413);
});

test.each([
  ['GRAPHQL_PARSE_FAILED', '{'],
  ['GRAPHQL_VALIDATION_FAILED', '{ nothing }'],
  ['BAD_USER_INPUT', 'query ($id: ID!) { tracker(id: $id) { id } }'],
])('%s has the status of the page in the newer media type, and 200 in the older', async (code, query) => {
  const accept = 'application/graphql-response+json';
  const [older, newer] = [await partner(query), await partner(query, { headers: { accept } })];
  expect([older.status, newer.status]).toEqual([200, 400]);
  for (const { body } of [older, newer]) expect(body.errors[0].extensions.code).toBe(code);
});

test('what is denied below a list is named in full, and a change that is denied is refused whole', async () => {
  const below = await partner('{ trackers { name volume { count } } }');
  expect([below.status, below.body.errors]).toEqual([
    200,
    [
      {
        message: ERRORS.FORBIDDEN.message,
        path: ['trackers'],
        extensions: { code: 'FORBIDDEN', affectedPath: 'trackers.volume' },
      },
    ],
  ]);
  const whole = await partner('mutation { createTracker(input: { name: "Lakes" }) { __typename } }');
  expect(whole.status).toBe(403);
  expect(whole.body).not.toHaveProperty('data');
});
