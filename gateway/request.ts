import type { IncomingHttpHeaders } from 'node:http';
import type { PublicError } from '@chorus/shared/errors.ts';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Caller, Rights } from './caller.ts';
import type { CostTables } from './cost/tables.ts';
import type { Supergraph } from './feature.ts';
import type { Explanation } from './explanation.ts';
import type { Fetched } from './fetched.ts';
import type { Lifetime } from './lifetime.ts';
import type { Scope } from './scope.ts';

/** The two forms of a GraphQL answer; they differ in the status of a refused document. */
export type MediaType = 'application/graphql-response+json' | 'application/json';

/** What a front door knows before anything was read: the record every stage adds to. */
export interface Incoming {
  id: string;
  method: string;
  headers: IncomingHttpHeaders;
  /** The client's address; `http` looks through trusted proxies only. */
  address: string;
  scheme: 'http' | 'https';
  accept: MediaType | undefined;
  /** The tag of the contract this door serves; undefined where it serves the whole graph. */
  contract: string | undefined;
  /** Whether this door shows the schema to anybody. */
  introspection: boolean;
  /** Milliseconds since 1970 after which nobody waits for the answer. */
  deadline: number;
  /** Aborted when the client went away or the deadline passed. */
  signal: AbortSignal;
  /** The parameters as they were sent, of whatever type; refuses a body of more bytes than the limit. */
  read: (limit: number) => Promise<unknown>;
  /** Cookies subgraphs set for this client, written by the executor's relay. */
  cookies: string[];
}

/** The four parameters of GraphQL over HTTP, of the right types. */
export interface Asked {
  query: string | undefined;
  operationName: string | undefined;
  variables: Readonly<Record<string, unknown>>;
  extensions: Readonly<Record<string, unknown>>;
}

/** One loaded supergraph; a request keeps the one it was prepared with when another is swapped in. */
export interface Generation {
  id: string;
  /** What clients see. */
  schema: GraphQLSchema;
  supergraph: Supergraph;
  costs: CostTables;
  /** The same with the schema of a contract; undefined when nothing carries its tag. */
  contract: (tag: string) => Generation | undefined;
  execute: (execution: Execution) => Promise<Fetched>;
}

/** Everything that depends only on (supergraph, document, operation name); computed once. */
export interface PreparedOperation {
  generation: Generation;
  /** The schema it was judged by, and why it does not fit; what the caller is told depends on the caller. */
  schema: GraphQLSchema;
  problems: readonly Problem[];
  text: string;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  kind: 'query' | 'mutation';
  name: string | undefined;
  /** Identifies the document to the planner; another document must have another hash. */
  queryHash: string;
  /** Whether it asks for the schema itself. */
  introspects: boolean;
  /** What it costs with these variables, which must fit its definitions. */
  cost: (variables: Readonly<Record<string, unknown>>) => Cost;
}

/** In the units of the cost specification: one for each object, as much as the schema says for the rest. */
export interface Cost {
  total: number;
}

/** One of several reasons for a refusal, as GraphQL reports it. */
export interface Problem {
  message: string;
  locations?: readonly { line: number; column: number }[] | undefined;
  path?: readonly (string | number)[] | undefined;
  extensions?: Readonly<Record<string, unknown>>;
}

/** A document for the planner. */
export interface Planned {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  name: string | undefined;
  queryHash: string;
}

/** What the executor needs to run an operation. */
export interface Execution extends Planned {
  variables: Readonly<Record<string, unknown>>;
  call: Call;
  /** Equal for requests of one client, which take turns with those of others. */
  client: string;
}

/** What every subgraph request made for one client request shares. */
export interface Call {
  requestId: string;
  deadline: number;
  signal: AbortSignal;
  clientAddress: string;
  scheme: Incoming['scheme'];
  userAgent: string | undefined;
  /** The signed identity for a subgraph; undefined where subgraphs are not told who calls. */
  identity: (subgraph: string) => Promise<string | undefined> | string | undefined;
  /** Client headers passed on by name; empty unless configured. */
  forwarded: Readonly<Record<string, string>>;
  /** Present when the one session cookie travels with this operation. */
  session: SessionRelay | undefined;
  /** Who may have a subgraph's answer in common; undefined for nobody. */
  sharedBy: Sharing['sharedBy'];
  keptFor: Sharing['keptFor'];
  /** Whose values are kept together with the caller's: the tenant's. */
  owner: string;
  /** Present when the caller may know which subgraph filled what. */
  explanation: Explanation | undefined;
  /** Present when the whole answer may be kept. */
  lifetime: Lifetime | undefined;
}

export interface SessionRelay {
  subgraph: string;
  /** The client's cookie, as `name=value`. */
  cookie: string | undefined;
  /** Hands the subgraph's Set-Cookie to the client. */
  set: (cookie: string) => void;
}

/** The record as it grows: each stage adds one field. */
export type Received = Incoming & { asked: Asked };
export type Documented = Received & { operation: PreparedOperation };
export type Identified = Documented & { caller: Caller };
export type Tenanted = Identified & { rights: Rights };
export type Explained = Tenanted & { explanation: Explanation | undefined };
export type Costed = Explained & { cost: number };
export type Permitted = Costed & { permitted: PermittedOperation };
export type Shared = Permitted & { sharing: Sharing };
export type Executed = Shared & { outcome: Outcome };

/** Runs an operation; the signal tells when nobody waits for it any more, and the lifetime how long the answer holds. */
export type Execute = (signal: AbortSignal, lifetime?: Lifetime) => Promise<Fetched>;

/** What a request may have in common with others. */
export interface Sharing {
  /** Whose values are kept together with the caller's: the tenant's. */
  owner: string;
  /** Equal for those who may have an answer of that scope in common; undefined for nobody. */
  sharedBy: (scope: Scope) => string | undefined;
  /** Where values of that scope are kept for the caller; undefined for nowhere. */
  keptFor: (scope: Scope) => { owner: string; sharers: string } | undefined;
  /** The answer, when it is kept; then there is nothing to execute. */
  ready?: Fetched;
  /** Executes the operation, or waits for another request that does. */
  run: (execute: Execute, signal: AbortSignal) => Promise<Fetched>;
}

/** What access leaves of an operation for its caller. */
export interface PermittedOperation {
  /** What to ask the subgraphs; undefined when nothing is left to ask. */
  planned: Planned | undefined;
  /** Whether that is all of it, so that what is fetched is what the client gets. */
  isAll: boolean;
  /** Makes the client's answer of what was fetched: what was denied is null, and told with its reason. */
  complete: (fetched: Fetched) => Outcome;
}

/** What came of an operation. */
export interface Outcome {
  result: Fetched;
  /** What access kept back, each with its place; nothing of it is internal. */
  denied: readonly PublicError[];
}

/** What leaves the pipeline: ready to be written by any front door. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: object;
}

/** A whole line of stages: never throws, always answers. */
export type Pipeline = (incoming: Incoming) => Promise<Answer>;

/** A stage reads what earlier stages wrote and adds one thing; it refuses by throwing. */
export type Stage<Needs extends Incoming, Adds extends object> = (request: Needs) => Adds | Promise<Adds>;

/** The last step: turns the finished record, or the failure that ended it early, into the answer. */
export type Closing<Done extends Incoming> = (request: Incoming & Partial<Done>, failure?: unknown) => Answer;
