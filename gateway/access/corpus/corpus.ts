import type { ErrorCode } from '@chorus/shared/errors.ts';

/** What the token of a caller says; undefined instead is nobody. */
export interface Claims {
  scope?: string;
  sub?: string;
  tid?: string;
  amr?: string[];
  policies?: string[];
  /** Seconds since the second factor, as `mfa_at`. */
  mfaAgo?: number;
  /** Seconds since the sign-in, as `auth_time`. */
  authAgo?: number;
}

/** An error as a case expects it; everything else of it follows from the code. */
export interface Denied {
  code: ErrorCode;
  /** The response names of the field, indices left out. */
  at: string;
  path: readonly string[];
  feature?: string;
  maxAge?: number;
}

/** One operation of one caller, with all that must come of it. */
export interface Case {
  name: string;
  operation: string;
  operationName?: string;
  variables?: Record<string, unknown>;
  caller?: Claims;
  /** Left out where the answer must have no `data`. */
  data?: unknown;
  errors?: readonly Denied[];
  /** The messages of a document that does not fit. */
  invalid?: readonly string[];
  /** Their code, where it is not GRAPHQL_VALIDATION_FAILED. */
  code?: ErrorCode;
  /** What each subgraph was asked; one that is not named was asked nothing. */
  sent?: Record<string, readonly string[]>;
  status?: number;
  /** Whether it asks for what nobody can have. */
  unmet?: true;
  /** The WWW-Authenticate header; without it there must be none. */
  challenge?: string;
}

export interface SubgraphText {
  sdl: string;
  resolvers: object;
}

/** Cases over one schema. */
export interface Suite {
  title: string;
  subgraphs: Record<string, SubgraphText>;
  args?: readonly string[];
  /** Policy expressions by name, for `--policies`. */
  policies?: Record<string, string | boolean>;
  cases: readonly Case[];
}

/** An error at its own path, or at the nearest one that exists. */
export const denied = (code: ErrorCode, at: string, path = at): Denied => ({
  code,
  at,
  path: path === '' ? [] : path.split('.'),
});

export const forbidden = (at: string, path?: string): Denied => denied('FORBIDDEN', at, path);
export const signIn = (at: string, path?: string): Denied => denied('UNAUTHENTICATED', at, path);

export const stepUp = (at: string, maxAge?: number, path?: string): Denied => ({
  ...denied('MFA_REQUIRED', at, path),
  ...(maxAge === undefined ? {} : { maxAge }),
});

export const upsell = (at: string, feature: string, path?: string): Denied => ({
  ...denied('FEATURE_DISABLED', at, path),
  feature,
});

const FEDERATION = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.14", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@interfaceObject",
  "@authenticated", "@requiresScopes", "@policy", "@composeDirective"])\n`;

const CHORUS = `extend schema @link(url: "https://specs.chorus.dev/chorus/v1.0", import: ["@mfa", "@feature"])
  @composeDirective(name: "@mfa") @composeDirective(name: "@feature")
directive @mfa(maxAge: Int) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @feature(flag: String!, mode: String = "hide") on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | SCALAR |
  ENUM | ENUM_VALUE | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | INPUT_OBJECT\n`;

/** The text with the links of what it uses, unless it brings its own. */
export function linked(sdl: string): string {
  if (sdl.includes('@link')) return sdl;
  return FEDERATION + (/@(?:mfa|feature)\b/.test(sdl) ? CHORUS : '') + sdl;
}

const RULES = /@(?:authenticated|(?:requiresScopes|policy|mfa|feature)\b\s*(?:\([^)]*\))?|mfa\b)/g;

/** The same text as if nobody ever protected anything; undefined when it calls its rules by names of its own. */
export const ungated = (sdl: string): string | undefined =>
  sdl.includes('@link') ? undefined : sdl.replaceAll(RULES, '');

/** Every scope and policy the texts name; no error may tell one. */
export const secretsOf = ({ subgraphs }: Pick<Suite, 'subgraphs'>): string[] => {
  const rules = Object.values(subgraphs).flatMap(
    ({ sdl }) => sdl.match(/(?:scopes|policies): *\[\[.*?\]\]/g) ?? [],
  );
  return [...new Set(rules.flatMap((rule) => rule.match(/"[^"]+"/g) ?? []))].map((name) => name.slice(1, -1));
};
