import { graphql, type ExecutionResult } from 'graphql';
import { unwrapResolverError } from '@apollo/server/errors';
import { Context } from '@chorus/db/context.ts';
import { Database } from '@chorus/db/database.ts';
import type { DatabaseName } from '@chorus/db/databases.ts';
import { packedRulesFor, packedRulesOf } from '@chorus/shared/ability.ts';
import { publicError } from '@chorus/shared/errors.ts';
import type { Grant } from '@chorus/shared/grants.ts';
import { newId } from '@chorus/shared/id.ts';
import { ANONYMOUS, type Identity } from '@chorus/shared/identity.ts';
import { ALL_PERMISSIONS, type Permission } from '@chorus/shared/permissions.ts';
import { settlementOf, subgraphSchema, type Feature } from '@chorus/shared/subgraph-schema.ts';
import { onTestFinished } from 'vitest';
import { workerDatabase } from './databases.ts';

/** Who a test acts as; a fresh tenant and every permission unless it says otherwise. */
export interface Caller {
  tenantId?: string;
  permissions?: readonly Permission[];
  subject?: string;
  anonymous?: boolean;
  /** The id of the session the caller is signed in with. */
  session?: string;
  /** Whether a second factor was confirmed just now, as it is by default. */
  mfa?: boolean;
  /** Whether a program calls, with the permissions of a key. */
  apiKey?: boolean;
  /** What else the gateway says of the caller, such as the session. */
  identity?: Partial<Identity>;
  /** The caller's rules, where permissions alone do not say enough. */
  grants?: readonly Grant[];
}

export interface Answer {
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read into answers of every shape
  data: any;
  /** Codes by path, such as `members: FORBIDDEN`. */
  errors: string[];
  messages: string[];
  headers: Record<string, string>;
}

export type Ask = (operation: string, variables?: Record<string, unknown>) => Promise<Answer>;

/** A subgraph in this process over a real database: same schema, context and row-level security as when served. */
export async function inProcess<Services>(
  name: Exclude<DatabaseName, 'events'>,
  features: readonly Feature[],
  services: Services,
) {
  const urls = await workerDatabase(name);
  const statements: string[] = [];
  const database = new Database(urls.app, { max: 4, onStatement: (text) => statements.push(text) });
  const worker = new Database(urls.worker, { max: 4 });
  onTestFinished(() => Promise.all([database.end(), worker.end()]).then(() => undefined));
  const schema = subgraphSchema(features);
  const settle = settlementOf(features);

  /** What a resolver gets when `caller` asks; `headers` is what it sets. */
  const context = (
    caller: Caller,
    request: Record<string, string> = {},
    headers: Record<string, string> = {},
  ) => {
    const setHeader = (header: string, value: string) => {
      headers[header] = value;
    };
    const asked = { ...request, identity: identityOf(caller), requestId: newId(), setHeader };
    return new Context(database, asked, services);
  };

  const as =
    (caller: Caller = {}, request: Record<string, string> = {}): Ask =>
    async (operation, variables) => {
      const headers: Record<string, string> = {};
      const contextValue = context(caller, request, headers);
      const variableValues = variables ?? {};
      const result = await graphql({ schema, source: operation, variableValues, contextValue });
      await settle(contextValue);
      return { ...answerOf(result), headers };
    };

  return { as, context, schema, database, worker, urls, statements };
}

function identityOf({
  tenantId = newId(),
  permissions = ALL_PERMISSIONS,
  subject = newId(),
  anonymous,
  session = newId(),
  mfa = true,
  apiKey = false,
  grants,
  identity,
}: Caller): Identity {
  if (anonymous === true) return ANONYMOUS;
  const now = Math.floor(Date.now() / 1000);
  const rules =
    grants === undefined
      ? packedRulesFor(tenantId, permissions)
      : packedRulesOf(tenantId, grants, { subject, owner: subject });
  if (apiKey) return { ...ANONYMOUS, kind: 'key', tenantId, subject, rules };
  return {
    ...ANONYMOUS,
    kind: 'member',
    tenantId,
    subject,
    sessionId: session,
    amr: mfa ? ['pwd', 'otp', 'mfa'] : ['pwd'],
    authTime: now,
    mfaAt: mfa ? now : null,
    rules,
    ...identity,
  };
}

function answerOf({ data, errors = [] }: ExecutionResult): Omit<Answer, 'headers'> {
  const found = errors.map((error) => ({
    ...publicError(unwrapResolverError(error)),
    path: error.path?.join('.') ?? '',
  }));
  return {
    data,
    errors: found.map(({ path, extensions }) => `${path}: ${extensions.code}`),
    messages: errors.map(({ message }) => message),
  };
}
