/** Turns what was found into tables and docs/benchmarks-cache.md. */
import { ratio } from '../gateway/goals.ts';
import { digits, facts, times } from '../gateway/page.ts';
import { table } from '../table.ts';
import { goals, type Results } from './goals.ts';
import type { Replayed } from './log.ts';
import type { Options, Part } from './options.ts';
import { CLIENTS, LOGS, PER_SECOND, SECONDS } from './requests.ts';
import { AGES, SHOP } from './shop.ts';
import { apart, apollo, kept, plain, uncached } from './targets.ts';
import type { Row } from './under-load.ts';

/** Whose processor time stands beside that of the others. */
const REFERENCES = { warm: apollo.name, hit: apollo.name, miss: uncached.name } as const;

/** One part under load. */
function underLoad(rows: readonly Row[], part: keyof typeof REFERENCES): string {
  const reference = REFERENCES[part];
  const own = rows.filter((row) => row.part === part);
  const cpu = own.find(({ target }) => target === reference)?.cpu;
  return table([
    [
      '',
      'requests',
      'requests/s',
      'CPU ms a request',
      `to ${reference}`,
      'p50 ms',
      'p99 ms',
      'fetches a request',
      'MiB',
    ],
    ...own.map((row) => [
      row.target,
      row.requests,
      row.perSecond.toFixed(0),
      row.cpu.toFixed(3),
      times(ratio(cpu, row.cpu)),
      digits(row.p50),
      digits(row.p99),
      row.fetches.toFixed(row.fetches < 1 ? 3 : 1),
      row.residentMiB.toFixed(0),
    ]),
  ]);
}

const share = (of: number, all: number): string => `${((1 - ratio(of, all)) * 100).toFixed(0)} %`;

/** What subgraphs were asked for a log. */
function counts({ nothingKept, wholeAnswers, wholeForEver, chorus }: Replayed): string {
  const columns = [nothingKept, wholeAnswers, wholeForEver, chorus];
  const names = [...SHOP, 'all'] as const;
  const { calls, objects } = nothingKept.all;
  return table([
    [
      'calls (and objects)',
      'nothing kept',
      'whole answers',
      'whole answers, for ever',
      'chorus',
      'fewer calls',
      'fewer objects',
    ],
    ...names.map((name) => [
      name,
      ...columns.map((column) => `${column[name].calls} (${column[name].objects})`),
      times(ratio(wholeAnswers[name].calls, chorus[name].calls)),
      times(ratio(wholeAnswers[name].objects, chorus[name].objects)),
    ]),
    ['calls saved', ...columns.map(({ all }) => share(all.calls, calls)), '', ''],
    ['objects found', ...columns.map(({ all }) => share(all.objects, objects)), '', ''],
  ]);
}

const log = (replayed: Replayed): string => {
  const { lists, products } = LOGS[replayed.log];
  return `${replayed.log}: ${replayed.requests} requests for ${lists} lists of ${products} products, sent at most ${replayed.lateMs.toFixed(0)} ms late

${counts(replayed)}`;
};

const of = (parts: readonly Part[], part: Part, text: () => string): string[] =>
  parts.includes(part) ? [text()] : [];

/** All tables of a run, for the terminal. */
export const tables = (results: Results, { parts }: Options): string =>
  [
    ...(['warm', 'hit', 'miss'] as const).flatMap((part) =>
      of(parts, part, () => `${part}\n\n${underLoad(results.rows, part)}`),
    ),
    ...results.logs.map(log),
    goals(results),
  ].join('\n\n');

const PACKAGES = ['@apollo/gateway', '@apollo/server', 'graphql'];
const TARGETS = [apollo, kept, plain(''), uncached, apart];
const ages = SHOP.map((name) => `${name} ${AGES[name]} s`).join(', ');

/** The page; its words hold for every complete run. */
export const page = (results: Results, { seconds, rounds }: Options): string => `# What the caches are worth

Written by \`npm run bench -- cache\`; do not edit. Run it on a quiet machine: it takes about five minutes. What is kept, for whom and for how long stands in
[caching.md](caching.md), what Chorus costs without any cache in [benchmarks.md](benchmarks.md).

${facts(`cache --seconds ${seconds} --rounds ${rounds}`, PACKAGES)}

## Goals

${goals(results)}

## What is compared

${table([['name', 'what runs'], ...TARGETS.map(({ name, about }) => [name, about])])}

Schema, data, subgraphs and sender are those of [benchmarks.md](benchmarks.md#how-it-is-measured), the operation is its **deep** one. 50 connections send one request at a time each.
Processes are new for each table and warm up for 10 s; they take turns for ${seconds} s, ${rounds} rounds. Figures are medians of the rounds, and memory is the highest sample. Before
anything is measured, all answers are compared; while it is measured, their status and length. **distinct**: 2,000 callers of one tenant take turns. **identical**: all requests are
of one caller. *CPU ms a request* is the processor time of the gateway's process with all its threads, divided by its requests: the figure to trust.

## All fields kept but one

The operation asks for \`me { id }\` beside everything else, which has no policy: no answer can be kept whole, each is put together from kept fields and the one fetch for \`me\`.
Everybody is asked the same.

${underLoad(results.rows, 'warm')}

## The whole answer kept

The same request again and again. The last line is of callers who differ, and may see the same.

${underLoad(results.rows, 'hit')}

## A cache that does not help

All that is asked for is kept for its caller alone, and no caller of a round has ever asked for it before: each request looks everything up, finds nothing, and keeps all of it.
A ratio below 1x is what that costs. Callers are known before the round, so that no signatures are verified in it; 7,000 others have filled the cache.

${underLoad(results.rows, 'miss')}

## Calls to subgraphs

${CLIENTS} clients of a shop, each with its own selection of fields: every client chooses once, from each of four subgraphs, none of the fields or a share of them, and writes them in the
order of the schema. They ask for lists of 12 products at random, ${PER_SECOND} requests a second for ${SECONDS} s, popular lists more often than others (1/n), and popular products are in most lists.
One subgraph answers which products are in a list, the others know something of each. Everything is kept for everybody, all fields of one subgraph equally long: ${ages}.
The logs are generated from a fixed seed. In **popular** all clients look at the same things, in **scattered** few do at the same time.

- **chorus** is what arrived at its subgraphs.
- **nothing kept** is what arrived for the same log, sent at the same times to Chorus with a schema without policies.
- **whole answers** is worked out from the latter, as routers do it: the unit is the answer to one query text, for one representation (for the root: with its variables). A call is left out when
  all of its representations are there for that text, and asks for the missing ones otherwise. The model is generous: an answer is there as soon as it was asked for, for its full age
  (Chorus lets values end up to a fifth sooner); there is room for everything; no field ends before the others; clients write fields in one order and name no operations, which would be
  another text.
- **whole answers, for ever** is the same if nothing were ever too old: so often a text was new for an object.

${results.logs.map(log).join('\n\n')}
`;
