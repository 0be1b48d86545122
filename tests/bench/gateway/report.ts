/** Turns figures into docs/benchmarks.md. */
import { table } from '../table.ts';
import { goals, lineOf, ratio } from './goals.ts';
import type { Measured } from './measure.ts';
import type { Options } from './options.ts';
import { digits, facts, times } from './page.ts';
import { TARGETS } from './targets.ts';
import type { Requests } from './tokens.ts';

const HEAD = [
  '',
  'requests/s',
  'to apollo',
  'CPU ms a request',
  'to apollo',
  'p50 ms',
  'p99 ms',
  'p99 to apollo',
  'fetches a request',
  'MiB',
];

/** All cases of one kind of requests: targets within operations. */
export function figures(measured: readonly Measured[], requests: Requests): string {
  const rows = measured
    .filter((line) => line.requests === requests)
    .map((line) => {
      const apollo = lineOf(measured, 'apollo', line.operation, requests);
      return [
        `${line.operation}: ${line.target}`,
        line.perSecond.toFixed(0),
        times(ratio(line.perSecond, apollo?.perSecond)),
        line.cpu.toFixed(3),
        times(ratio(apollo?.cpu, line.cpu)),
        digits(line.p50),
        digits(line.p99),
        apollo === undefined ? '' : ratio(line.p99, apollo.p99).toFixed(3),
        line.fetches.toFixed(line.fetches < 1 ? 3 : 1),
        line.residentMiB.toFixed(0),
      ];
    });
  return table([HEAD, ...rows]);
}

/** All tables of a run, for the terminal. */
export const tables = (measured: readonly Measured[], { requests }: Options): string =>
  [...requests.map((kind) => `${kind} requests\n\n${figures(measured, kind)}`), goals(measured)].join('\n\n');

const PACKAGES = [
  '@apollo/gateway',
  '@apollo/server',
  '@graphql-hive/gateway',
  '@graphql-hive/router-runtime',
  'graphql',
  'undici',
];

/** The page; its words hold for every run. */
export const page = (measured: readonly Measured[], options: Options): string => `# Benchmarks

Written by \`npm run bench -- gateway\`; do not edit. Run it on a quiet machine: it takes about eleven minutes, and installs the other gateways when it runs
for the first time.

${facts(`gateway --seconds ${options.seconds} --rounds ${options.rounds}`, PACKAGES)}

## Goals

Wherever a figure stands next to Apollo Gateway as it comes, the same gateway tuned by hand stands beside it.

${goals(measured)}

## What is compared

${table([['name', 'what runs'], ...TARGETS.map(({ name, about }) => [name, about])])}

- Chorus verifies the signature of every token it has not seen yet and keeps the schema's access rules (\`@authenticated\`, \`@requiresScopes\`), which all callers here meet.
  The others get the same schema without rules, and ignore tokens: they check nothing.
- Hive Gateway shares identical requests to a subgraph that are in flight, also between callers, because it does not forward their headers. With the settings of the public
  benchmark it also shares whole requests that agree in every header. Apollo Gateway shares nothing. What Chorus shares is what the schema allows.
- Nobody keeps answers. Everybody keeps plans and parsed operations, and has seen each operation before it is measured.
  What keeping answers and fields is worth is measured [apart](benchmarks-cache.md).

## How it is measured

- **deep** is the query of the public federation benchmark (16 subgraph requests under Apollo's plan, an answer of about 87 kB), **mid** asks for five products and their reviews
  (two requests, 4 kB), **tiny** is \`{ me { id } }\` (one request, 26 bytes). Schema and data have the public benchmark's shape: few records that repeat a lot, which flatters everything that shares.
- Four subgraphs run in a process of their own and remember their answers by request, so they answer at once. Real ones are slower: that hides processor time at low load, and makes
  sharing more frequent.
- 50 connections send one request at a time each. Gateways take turns (A B C, A B C) for ${options.seconds} s, ${options.rounds} rounds; figures are medians of the rounds and memory the highest sample.
  Every case starts with new processes and a warm-up. Before anything is measured, all answers are compared with Apollo's; while it is measured, every answer's status and length.
- **distinct**: 2,000 callers take turns, so no two requests in flight have the same \`Authorization\` header; Chorus has seen each of them once. **identical**: all requests are of
  one caller. **first-seen**: every request is of a caller never seen before, whose signature has to be verified.
- *CPU ms a request* is the processor time of the gateway's process with all its threads, divided by its requests. It is the figure to trust: requests a second and latency also depend
  on how fast requests can be sent and what else the machine does. Ratios above 1x are in favour of the gateway, except for p99, where lower is better.

## Distinct requests

${figures(measured, 'distinct')}

## Identical requests

${figures(measured, 'identical')}

## First-seen callers

For Chorus only, because the others do not look at callers.

${figures(measured, 'first-seen')}
`;
