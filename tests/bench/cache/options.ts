import { parseArgs } from 'node:util';
import { chosen, positive } from '../gateway/options.ts';

/** What is measured: answers put together, answers kept whole, a cache that does not help, one batch, a log of requests. */
export const PARTS = ['warm', 'hit', 'miss', 'batch', 'log'] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  seconds: number;
  rounds: number;
  parts: readonly Part[];
}

const SECONDS = 3;
const ROUNDS = 3;

export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: String(SECONDS) },
      rounds: { type: 'string', default: String(ROUNDS) },
      parts: { type: 'string' },
    },
  });
  return {
    seconds: positive('--seconds', values.seconds),
    rounds: Math.ceil(positive('--rounds', values.rounds)),
    parts: chosen('--parts', values.parts, PARTS),
  };
}

/** Whether nothing was left out or cut short, so that the result may stand for all. */
export const isComplete = ({ seconds, rounds, parts }: Options): boolean =>
  seconds >= SECONDS && rounds >= ROUNDS && parts.length === PARTS.length;
