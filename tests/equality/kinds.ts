import type { FetchNode, PlanNode } from '@apollo/query-planner';
import type { Planned } from './executors.ts';

/** How often something occurred. */
export class Counts {
  readonly all = new Map<string, number>();

  add(what: string, times = 1): void {
    this.all.set(what, this.get(what) + times);
  }

  get = (what: string): number => this.all.get(what) ?? 0;
}

type Node = PlanNode | undefined;

/** What makes an operation worth comparing; every run has all of it. */
const IN_TEXT: Readonly<Record<string, RegExp>> = {
  mutations: /^mutation/,
  'named fragments': /^fragment/m,
  'inline fragments': /\.\.\. (?:on|\{|@)/,
  '@skip': /@skip/,
  '@include': /@include/,
  'conditions with defaults': /\(if: \$maybe\)/,
  'conditions on fragments': /\.\.\.(?: on)? ?\w+ @(?:skip|include)/,
  'conditions on root fields': /^\w+ Q[^{]*\{ [^{}]* @(?:skip|include)/,
  'arguments with enums': /by: (?:B|\$)/,
  'arguments with inputs': /in: [{$]/,
  'arguments with lists': /list: \[/,
  'names objects inherit': /\b(?:constructor|toString|hasOwnProperty)\b/,
  'aliases objects inherit': /\b(?:constructor|toString): /,
  'the alias __proto__': /__proto__: /,
  'the alias __typename': /__typename: /,
  'aliases of the names of keys': /\b(?:id|code): /,
  'scalars that can be objects': /\bl5\b/,
  'shared roots': /\bsS\d/,
  '@provides': /\bp[abc]\d/,
  unions: /\.\.\. on U\d|xU\d/,
  'fields of interface objects': /\b(?:maded|n\d)\b/,
};

const IN_PLAN: Readonly<Record<string, RegExp>> = {
  'aliases the planner made up': /__alias_\d/,
  'nested keys': /"name":"org","selections"/,
  'compound keys': /"name":"region"/,
  'other keys': /"name":"code"/,
  '@requires of leaves': /"name":"[ls]\d"\}/,
  '@requires of objects': /"name":"v\d","selections"/,
  'lists of lists': /"@","@"/,
  'entities below entities': /"@",(?:"\w+",)+"kind"|"path":\["\w+",(?:"@",)*"\w+"/,
};

/** Counts what a plan and its operation are made of. */
export function tellKinds({ plan }: Planned, text: string, counts: Counts): void {
  const seen = new Set<string>();
  const planText = JSON.stringify(plan);
  for (const [kind, pattern] of Object.entries(IN_TEXT)) if (pattern.test(text)) seen.add(kind);
  for (const [kind, pattern] of Object.entries(IN_PLAN)) if (pattern.test(planText)) seen.add(kind);
  const fetches: FetchNode[] = [];
  const visit = (node: Node, isBelow: boolean): void => {
    if (node === undefined) return;
    seen.add(node.kind);
    switch (node.kind) {
      case 'Sequence':
        if (node.nodes.length > 2) seen.add('chains of fetches');
        return node.nodes.forEach((inner) => visit(inner, true));
      case 'Parallel':
        return node.nodes.forEach((inner) => visit(inner, isBelow));
      case 'Flatten':
        return visit(node.node, true);
      case 'Condition':
        seen.add(isBelow ? 'conditions on entities' : 'conditions at the root');
        return [node.ifClause, node.elseClause].forEach((inner) => visit(inner, isBelow));
      case 'Defer':
        return;
      case 'Fetch':
        fetches.push(node);
        for (const { kind } of node.inputRewrites ?? []) seen.add(`${kind} in`);
        for (const { kind } of node.outputRewrites ?? []) seen.add(`${kind} out`);
    }
  };
  visit(plan.node?.kind === 'Subscription' ? undefined : plan.node, false);
  if (fetches.filter(({ variableUsages = [] }) => variableUsages.length > 0).length > 1)
    seen.add('variables in several fetches');
  for (const kind of seen) counts.add(kind);
}

/** What has to occur in every run. */
export const KINDS: readonly string[] = [
  ...Object.keys(IN_TEXT),
  ...Object.keys(IN_PLAN),
  'Sequence',
  'Parallel',
  'Fetch',
  'Flatten',
  'Condition',
  'conditions at the root',
  'conditions on entities',
  'chains of fetches',
  'variables in several fetches',
  'ValueSetter in',
  'KeyRenamer out',
  'graphs with @requires',
  'graphs with @provides',
  'graphs with @interfaceObject',
  'graphs with @shareable',
  'graphs with non-null lists of lists',
  'values nobody may see',
  'types nobody may see',
  'objects as scalars',
];
