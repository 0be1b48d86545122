import { features as accountsFeatures } from '@chorus/accounts/features.ts';
import { features as billingFeatures } from '@chorus/billing/features.ts';
import { features as mentionsFeatures } from '@chorus/mentions/features.ts';
import { testServices } from '@chorus/mentions/testing.ts';
import { features as reportingFeatures } from '@chorus/reporting/features.ts';
import type { PackedRules } from '@chorus/shared/ability.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { newId } from '@chorus/shared/id.ts';
import {
  ALL_PERMISSIONS,
  ALL_PLATFORM_PERMISSIONS,
  isPlatformPermission,
  isTenantPermission,
} from '@chorus/shared/permissions.ts';
import type { Feature } from '@chorus/shared/subgraph-schema.ts';
import { isObjectType, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import { expect, test } from 'vitest';
import { accountsInProcess } from '../harness/accounts.ts';
import { declaredRules, type DeclaredRule } from '../harness/declared-rules.ts';
import { exampleOperation } from '../harness/example-arguments.ts';
import { inProcess, type Caller } from '../harness/subgraph.ts';

const FEATURES: Record<string, readonly Feature[]> = {
  accounts: accountsFeatures,
  mentions: mentionsFeatures,
  reporting: reportingFeatures,
  billing: billingFeatures,
};
const SUBGRAPHS = ['accounts', 'mentions', 'reporting', 'billing'] as const;
type Subgraph = (typeof SUBGRAPHS)[number];

/** Whose sessions they are decides, so that the schema asks for no permission. */
const ROWS_DECIDE = new Set(['Mutation.revokeSession']);
/** Asks to sign in again, which a second factor alone does not do, so that the schema asks for none. */
const FRESH_SIGN_IN = new Set(['Mutation.removeFactor']);

const REFUSALS = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'MFA_REQUIRED', 'FEATURE_DISABLED']);

/** Every feature there is. */
const FLAGS = [...declaredRules.values()].flatMap(({ flag = [] }) => flag);

interface Session {
  mfaAt?: number | null;
  flags?: readonly string[];
}

/** A subgraph with somebody in it, and how it refuses a root field to callers of any kind. */
async function running(name: Subgraph) {
  const subgraph = await started(name);
  const { tenantId, subject } = subgraph;
  const caller = (
    permissions: readonly string[],
    { mfaAt = nowS(), flags = FLAGS }: Session = {},
  ): Caller => {
    const session = { tenantId, subject, identity: { mfaAt, flags } };
    if (!permissions.some(isPlatformPermission))
      return { ...session, permissions: permissions.filter(isTenantPermission) };
    const rules: PackedRules = permissions.filter(isPlatformPermission).map((key) => [key, null]);
    return { ...session, identity: { kind: 'staff', tenantId: null, mfaAt, rules } };
  };
  const refusal = async (coordinate: string, as: Caller) => {
    const { text, variables } = operationOf(subgraph.schema, coordinate);
    const { errors } = await subgraph.as(as)(text, variables);
    return errors.map((error) => error.split(': ')[1] ?? '').find((code) => REFUSALS.has(code)) ?? 'served';
  };
  return { ...subgraph, caller, refusal };
}

async function started(name: Subgraph) {
  if (name !== 'accounts') {
    const subgraph = await inProcess(
      name,
      FEATURES[name] ?? [],
      name === 'mentions' ? testServices : undefined,
    );
    return { ...subgraph, tenantId: newId(), subject: newId() };
  }
  const accounts = await accountsInProcess();
  const { id: tenantId } = await accounts.tenant();
  return { ...accounts, tenantId, subject: (await accounts.member(tenantId)).id };
}

const nowS = () => Math.floor(Date.now() / 1000);

const fieldOf = (schema: GraphQLSchema, coordinate: string) => {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  if (field === undefined) throw new Error(`no field ${coordinate}`);
  return field;
};

const operationOf = (schema: GraphQLSchema, coordinate: string) =>
  exampleOperation(coordinate.startsWith('Mutation.') ? 'mutation' : 'query', fieldOf(schema, coordinate));

/** The root fields of a subgraph that are not public, with their rules. */
const guardedRoots = (schema: GraphQLSchema): [string, DeclaredRule][] =>
  [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.keys(type?.getFields() ?? {}).flatMap((field): [string, DeclaredRule][] => {
      const coordinate = `${type?.name}.${field}`;
      const rule = declaredRules.get(coordinate) ?? {};
      return Object.keys(rule).length === 0 ? [] : [[coordinate, rule]];
    }),
  );

const EVERYTHING: readonly string[] = [...ALL_PERMISSIONS, ...ALL_PLATFORM_PERMISSIONS];

/** Nobody holds permissions of a tenant and of the platform. */
const allBut = (without: string) =>
  EVERYTHING.filter((key) => key !== without && isPlatformPermission(key) === isPlatformPermission(without));

test('the schema leaves open exactly what the subgraphs serve to anybody', () => {
  const open = [...declaredRules]
    .filter(([coordinate, rule]) => /^(Query|Mutation)\./.test(coordinate) && Object.keys(rule).length === 0)
    .map(([coordinate]) => coordinate.split('.')[1]);
  const served = Object.values(FEATURES).flatMap((features) =>
    features.flatMap(({ publicFields = [] }) => publicFields),
  );
  expect(new Set(open)).toEqual(new Set(served));
  expect(open).toHaveLength(served.length);
});

test.each(SUBGRAPHS)(
  '%s refuses whoever lacks what the schema asks for, and asks for nothing else',
  { timeout: 60_000 },
  async (name) => {
    const { schema, caller, refusal } = await running(name);
    const roots = guardedRoots(schema);
    expect(roots.length).toBeGreaterThan(0);
    const found = roots.map(async ([coordinate, { scopes = [] }]) => [
      coordinate,
      await refusal(coordinate, { anonymous: true }),
      await Promise.all(scopes.map((key) => refusal(coordinate, caller(allBut(key))))),
      await refusal(coordinate, caller(scopes, { flags: [] })),
      ROWS_DECIDE.has(coordinate) ? 'served' : await refusal(coordinate, caller(scopes)),
    ]);
    expect(await Promise.all(found)).toEqual(
      roots.map(([coordinate, { scopes = [], flag }]) => [
        coordinate,
        'UNAUTHENTICATED',
        scopes.map(() => 'FORBIDDEN'),
        ROWS_DECIDE.has(coordinate) ? 'FORBIDDEN' : plainly(flag),
        'served',
      ]),
    );
  },
);

test.each(SUBGRAPHS)(
  '%s asks for a second factor where the schema does, and for one as fresh',
  { timeout: 60_000 },
  async (name) => {
    const { schema, caller, refusal } = await running(name);
    const roots = guardedRoots(schema).filter(
      ([coordinate]) => !FRESH_SIGN_IN.has(coordinate) && !ROWS_DECIDE.has(coordinate),
    );
    const found = roots.map(async ([coordinate, { scopes = [], maxAge = 900 }]) => {
      const ages = [nowS() - maxAge + 10, nowS() - maxAge - 10, null];
      const asked = ages.map((mfaAt) => refusal(coordinate, caller(scopes, { mfaAt })));
      return [coordinate, ...(await Promise.all(asked))];
    });
    expect(await Promise.all(found)).toEqual(
      roots.map(([coordinate, { maxAge }]) => {
        const late = maxAge === undefined ? 'served' : 'MFA_REQUIRED';
        return [coordinate, 'served', late, late];
      }),
    );
  },
);

/** Refusing these before a service is asked would refuse somebody whom the service answers. */
const LEFT_TO_SERVICES = new Set([
  // Members see themselves, and what they are in and hold.
  'ApiKey.owner',
  'Invitation.invitedBy',
  'Member.assignments',
  'Member.groups',
  'RoleAssignment.assignedBy',
  // Answered to who has just signed in, below a session that the request opened and the gateway does not know.
  'Group.assignments',
  'Group.memberCount',
  'Group.roles',
  'Role.holderCount',
  // Never null. Whoever gets a mention passed the same rule before.
  'Mention.trackers',
]);

test.each(SUBGRAPHS)('%s refuses fields below the roots by the rules in the schema', async (name) => {
  const { schema, caller, context } = await running(name);
  const refusal = async (coordinate: string, permissions: readonly string[], session: Session = {}) => {
    const parent = { id: newId(), planId: newId(), filter: {} };
    const { resolve } = fieldOf(schema, coordinate);
    try {
      await resolve?.(parent, {}, context(caller(permissions, session)), {} as GraphQLResolveInfo);
    } catch (error) {
      if (error instanceof AppError && REFUSALS.has(error.code)) return error.code;
    }
    return 'served';
  };
  for (const coordinate of resolvedBelowRoots(schema)) {
    const { scopes = [], flag } = declaredRules.get(coordinate) ?? {};
    const nothing = scopes.length > 0 || LEFT_TO_SERVICES.has(coordinate) ? 'FORBIDDEN' : 'served';
    expect([coordinate, await refusal(coordinate, [])]).toEqual([coordinate, nothing]);
    for (const key of scopes)
      expect([coordinate, await refusal(coordinate, allBut(key))]).toEqual([coordinate, 'FORBIDDEN']);
    const enough = sufficient(coordinate);
    expect([coordinate, await refusal(coordinate, enough)]).toEqual([coordinate, 'served']);
    expect([coordinate, await refusal(coordinate, enough, { flags: [] })]).toEqual([
      coordinate,
      plainly(flag),
    ]);
  }
});

/** What a caller without features gets. */
const plainly = (flag: string | undefined) => (flag === undefined ? 'served' : 'FEATURE_DISABLED');

/** What the schema says is enough; everything where it says nothing. */
const sufficient = (coordinate: string): readonly string[] =>
  declaredRules.get(coordinate)?.scopes ?? ALL_PERMISSIONS;

/** Every field with a resolver of its own, but for the roots. */
const resolvedBelowRoots = (schema: GraphQLSchema): string[] =>
  Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => name !== 'Query' && name !== 'Mutation' && !name.startsWith('_'))
    .flatMap((type) =>
      Object.values(type.getFields()).flatMap(({ name, resolve }) =>
        resolve === undefined ? [] : [`${type.name}.${name}`],
      ),
    );
