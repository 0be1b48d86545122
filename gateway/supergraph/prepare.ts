import { ConfigError } from '@chorus/shared/config.ts';
import { buildASTSchema, GraphQLError, parse, visit, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { Feature, Supergraph } from '../feature.ts';
import { linkedFeatures } from './links.ts';
import { subgraphsOf, type SubgraphAddress } from '../subgraphs.ts';

/** Rules of a schema that somebody must enforce before data leaves. */
export type Enforceable = 'authenticated' | 'requiresScopes' | 'policy' | 'mfa' | 'feature';

/** A supergraph that is safe to load: nothing in it asks for a protection this gateway does not give. */
export interface PreparedSupergraph extends Supergraph {
  /** The full text, from which later stages compile their tables. */
  text: string;
  /** What the planner is given: the same, without the purposes this gateway takes care of. */
  plannerText: string;
  subgraphs: readonly SubgraphAddress[];
}

const APOLLO = 'https://specs.apollo.dev';
const CHORUS = 'https://specs.chorus.dev/chorus';
const CHORUS_VERSION = 'v1.0';

/** Purposes the planner itself fulfils. */
const PLANNER_KNOWS = new Set(
  ['link', 'core', 'join', 'tag', 'inaccessible'].map((name) => `${APOLLO}/${name}`),
);
/** Ignoring it costs freshness, never protection. */
const HARMLESS = new Set([`${APOLLO}/cacheTag`]);
const ACCESS = new Map<string, Enforceable>(
  (['authenticated', 'requiresScopes', 'policy'] as const).map((name) => [`${APOLLO}/${name}`, name]),
);
const CHORUS_RULES = ['mfa', 'feature'] as const;

/**
 * Reads a supergraph and refuses whatever would leave a field open.
 * @throws ConfigError with one sentence
 */
export function prepareSupergraph(
  text: string,
  enforced: ReadonlySet<Enforceable> = new Set(),
): PreparedSupergraph {
  const document = parseText(text);
  const features = linkedFeatures(document);
  if (!features.some(({ identity }) => identity === `${APOLLO}/join`)) {
    throw new ConfigError(
      'The supergraph file is not a supergraph: it does not link the join specification.',
    );
  }
  const stripped = features.filter((feature) => mayStrip(feature, enforced));
  checkChorus(features, document, enforced);
  return {
    text,
    plannerText: withoutPurposes(text, stripped),
    document,
    types: schemaOf(document),
    features,
    subgraphs: subgraphsOf(document),
  };
}

function parseText(text: string): DocumentNode {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof GraphQLError)) throw cause;
    const line = cause.locations?.[0]?.line ?? 1;
    throw new ConfigError(`The supergraph file is not valid GraphQL (line ${line}): ${cause.message}`);
  }
}

function schemaOf(document: DocumentNode): GraphQLSchema {
  try {
    return buildASTSchema(document, { assumeValid: true, assumeValidSDL: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`The supergraph file does not fit together: ${reason}`);
  }
}

/** Whether the feature's purpose is taken care of here; refuses features that nobody takes care of. */
function mayStrip({ identity, version, purpose }: Feature, enforced: ReadonlySet<Enforceable>): boolean {
  const rule = ACCESS.get(identity);
  if (rule !== undefined) {
    if (enforced.has(rule)) return true;
    throw new ConfigError(
      `The supergraph uses ${identity}/${version} (@${rule}), which this gateway does not enforce; it will not start.`,
    );
  }
  if (HARMLESS.has(identity)) return true;
  if (purpose !== 'SECURITY' && purpose !== 'EXECUTION') return false;
  if (PLANNER_KNOWS.has(identity)) return false;
  throw new ConfigError(
    `The supergraph uses ${identity}/${version} for ${purpose}, which this gateway does not know; it will not start.`,
  );
}

/** The rules of the Chorus specification bind as soon as one is applied, whatever it is called here. */
function checkChorus(
  features: readonly Feature[],
  document: DocumentNode,
  enforced: ReadonlySet<Enforceable>,
): void {
  for (const feature of features.filter(({ identity }) => identity === CHORUS)) {
    if (feature.version !== CHORUS_VERSION) {
      throw new ConfigError(
        `The supergraph links ${CHORUS}/${feature.version}, but this gateway knows ${CHORUS_VERSION} only.`,
      );
    }
    const unenforced = CHORUS_RULES.filter((rule) => !enforced.has(rule));
    const names = new Map(unenforced.map((rule) => [feature.directive(rule), rule]));
    visit(document, {
      Directive: (node) => {
        const rule = names.get(node.name.value);
        if (rule === undefined) return;
        throw new ConfigError(
          `The supergraph applies @${node.name.value} (${CHORUS} ${rule}), which this gateway does not enforce; it will not start.`,
        );
      },
    });
  }
}

/** Cuts the `for:` arguments out and leaves every other character in its place. */
function withoutPurposes(text: string, features: readonly Feature[]): string {
  const cuts = features
    .flatMap(({ purposeNode }) => purposeNode?.loc ?? [])
    .toSorted((a, b) => b.start - a.start);
  return cuts.reduce((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
}
