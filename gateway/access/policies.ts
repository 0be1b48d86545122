import { readFileSync } from 'node:fs';
import { ConfigError } from '@chorus/shared/config.ts';
import { Environment, ParseError, type ParseResult } from '@marcbachmann/cel-js';
import type { Policies, TokenCaller } from '../caller.ts';
import { celClaims } from './claims.ts';

type Claims = TokenCaller['claims'];

/** What decides a policy: the file's own word, or an expression over the claims. */
type Rule = boolean | ParseResult;

const MOST_POLICIES = 1000;
const LONGEST_EXPRESSION = 2000;
const CEL = new Environment({ homogeneousAggregateLiterals: false }).registerVariable('claims', 'map');

/** The policies of a file, about the claims of a token. */
export interface PolicyFile extends Policies<Claims> {
  /** Policies whose expression can never be true, with the reason. */
  pointless: ReadonlyMap<string, string>;
}

/**
 * Reads a JSON object from the name of a policy to a boolean or a CEL expression over `claims`. An expression that
 * fails, or is anything but true, denies.
 * @throws ConfigError when the file, or a policy in it, is wrong
 */
export function policyFile(path: string): PolicyFile {
  const entries = Object.entries(objectIn(path));
  if (entries.length > MOST_POLICIES)
    throw new ConfigError(`--policies must name a file of at most ${MOST_POLICIES} policies.`);
  const rules = new Map(entries.map(([name, value]) => [name, ruleOf(name, value)]));
  return {
    known: (name) => rules.has(name),
    metBy: (claims) => metBy(rules, claims),
    pointless: new Map([...rules].flatMap(([name, rule]) => pointless(name, rule))),
  };
}

function objectIn(path: string): object {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told in the same words as a file that holds something else.
  }
  throw new ConfigError(`--policies must name a file that holds one JSON object, and "${path}" is none.`);
}

function ruleOf(name: string, value: unknown): Rule {
  const policy = `The policy ${JSON.stringify(name)} of --policies`;
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string')
    throw new ConfigError(`${policy} must be true, false or an expression in a string.`);
  if (value.length > LONGEST_EXPRESSION)
    throw new ConfigError(`${policy} must be at most ${LONGEST_EXPRESSION} characters long.`);
  try {
    return CEL.parse(value);
  } catch (failure) {
    throw new ConfigError(`${policy} is not a CEL expression: ${reasonOf(failure)}.`);
  }
}

const reasonOf = (failure: unknown): string =>
  failure instanceof ParseError ? failure.summary.replace(/\.$/, '') : 'it cannot be parsed';

function metBy(rules: ReadonlyMap<string, Rule>, claims: Claims): ReadonlySet<string> {
  const variables = variablesOf(claims);
  return new Set([...rules].filter(([, rule]) => isMet(rule, variables)).map(([name]) => name));
}

/** Undefined for claims that expressions are not let near, so that none of them is true. */
function variablesOf(claims: Claims): { claims: ReadonlyMap<string, unknown> } | undefined {
  try {
    return { claims: celClaims(claims) };
  } catch {
    return undefined;
  }
}

function isMet(rule: Rule, variables: ReturnType<typeof variablesOf>): boolean {
  if (typeof rule === 'boolean') return rule;
  try {
    return variables !== undefined && rule(variables) === true;
  } catch {
    return false;
  }
}

function pointless(name: string, rule: Rule): [string, string][] {
  if (typeof rule === 'boolean') return [];
  const { type, error } = rule.check();
  if (error !== undefined) return [[name, error.message.split('\n')[0] ?? '']];
  return type === 'bool' || type === 'dyn' ? [] : [[name, `it is a ${type ?? 'value'} and not a bool`]];
}
