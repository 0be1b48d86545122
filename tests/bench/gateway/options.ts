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
function chosen<Name extends string>(what: string, list: string | undefined, known: readonly Name[]): Name[] {
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
  const names = chosen(
    '--only',
    values.only,
    TARGETS.map(({ name }) => name),
  );
  return {
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
    targets: TARGETS.filter(({ name }) => names.includes(name)),
    cases: chosen('--cases', values.cases, CASES),
    requests: chosen('--requests', values.requests, REQUESTS),
    profile: values.profile === undefined ? undefined : chosen('--profile', values.profile, CASES)[0],
  };
}
