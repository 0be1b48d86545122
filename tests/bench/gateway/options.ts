import { parseArgs } from 'node:util';
import { CASES, type Case } from './operations.ts';
import { TARGETS, type Target } from './targets.ts';
import { REQUESTS, type Requests } from './tokens.ts';

export interface Options {
  seconds: number;
  rounds: number;
  targets: readonly Target[];
  cases: readonly Case[];
  requests: readonly Requests[];
  /** The only case of a profile. */
  profile: Case | undefined;
}

/** Those of `known` that a list with commas names, or all of them. @throws naming what is not known */
export function chosen<Name extends string>(
  what: string,
  list: string | undefined,
  known: readonly Name[],
): Name[] {
  if (list === undefined) return [...known];
  const names = list.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !known.includes(name as Name));
  if (wrong !== undefined) throw new Error(`${what}: "${wrong}" is none of ${known.join(', ')}`);
  return known.filter((name) => names.includes(name));
}

export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '3' },
      rounds: { type: 'string', default: '2' },
      only: { type: 'string' },
      cases: { type: 'string' },
      requests: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const known = TARGETS.map(({ name }) => name);
  const profiled = values.profile === undefined ? undefined : chosen('--profile', values.profile, CASES)[0];
  const names = chosen('--only', values.only ?? (profiled === undefined ? undefined : 'chorus'), known);
  return {
    seconds: positive('--seconds', values.seconds),
    rounds: Math.ceil(positive('--rounds', values.rounds)),
    targets: TARGETS.filter(({ name }) => names.includes(name)),
    cases: chosen('--cases', values.cases, CASES),
    requests: chosen('--requests', values.requests, REQUESTS),
    profile: profiled,
  };
}

export function positive(what: string, text: string): number {
  const value = Number(text);
  if (value > 0 && value < Infinity) return value;
  throw new Error(`${what}: "${text}" is not a number above zero`);
}

/** Whether nothing was left out, so that the result may stand for all. */
export const isComplete = ({ targets, cases, requests }: Options): boolean =>
  targets.length === TARGETS.length && cases.length === CASES.length && requests.length === REQUESTS.length;
