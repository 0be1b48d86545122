import { createHash } from 'node:crypto';
import type { RequestInit } from 'undici';
import { expect, test } from 'vitest';
import type { ChorusOptions } from './apollo-server.ts';
import { gatewayOver, lyingSubgraph, saying, subgraph, type GatewayOptions, type Reply } from './testing.ts';
import { apolloDoor, doorAt } from './testing-doors.ts';
import { keptForTests } from './testing-lifetime.ts';
import { foreignIssuer } from './testing-tokens.ts';

const SDL = `extend schema @link(url: "https://specs.chorus.dev/chorus/v1.0", import: ["@mfa"])
    @composeDirective(name: "@mfa")
  directive @mfa(maxAge: Int) on FIELD_DEFINITION
  type Query {
    people: [Person!] greet(name: String!): String told: String
    hail: String @deprecated(reason: "Use greet. Deprecated 2026-11-01, removed 2027-02-01.")
    mine: Person @authenticated
  }
  type Mutation { rename(id: ID!): Person hire: Person @requiresScopes(scopes: [["hire"]]) sell: Person @mfa(maxAge: 60) }
  type Person @key(fields: "id") { id: ID! name: String! salary: Int @requiresScopes(scopes: [["pay"]]) }`;
const ANN = { id: '1', name: 'Ann', salary: 5 };

async function subgraphs() {
  const people = await subgraph('people', SDL, {
    Query: {
      people: () => [ANN],
      mine: () => ANN,
      greet: (_: unknown, { name }: { name: string }) => `Hello ${name}`,
      hail: () => 'Hail',
      told: () => {
        throw new Error('connect ECONNREFUSED 10.0.0.7:5432');
      },
    },
    Mutation: { rename: () => ANN, hire: () => ANN, sell: () => ANN },
    Person: { __resolveReference: () => ANN },
  });
  const broken = await lyingSubgraph(
    'ages',
    `type Person @key(fields: "id") { id: ID! age: Int }`,
    saying('<html>down for maintenance at 10.0.0.7</html>', 500, 'text/html'),
  );
  return [people, broken];
}

/** How both doors are set, in the words of each. */
type Setting = Pick<GatewayOptions, 'args' | 'env'> & { options: Omit<ChorusOptions, 'supergraph'> };

/** Both doors over the same supergraph, for callers with tokens of one issuer. */
const opened = keptForTests(async ({ args = [], env = {}, options }: Setting) => {
  const { jwks, token } = await foreignIssuer();
  const gateway = await gatewayOver(await subgraphs(), { args: ['--jwks', jwks, ...args], env });
  const apollo = await apolloDoor({ supergraph: gateway.supergraphFile, jwks, ...options });
  return { own: doorAt(gateway.url), apollo, token };
});

const USUAL: Setting = { options: {} };
const STRICT: Setting = {
  args: ['--no-introspection', '--unauthorized', 'reject'],
  env: { MAX_COST: '5' },
  options: { introspection: false, unauthorized: 'reject', maxCost: 5 },
};

interface Case extends RequestInit {
  /** Sent by GET; a body otherwise. */
  search?: string;
  /** What is asked for with a token of these scopes. */
  as?: string;
  setting?: Setting;
  status: number;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const NEWER = { accept: 'application/graphql-response+json' };
const PREFLIGHT = { 'apollo-require-preflight': '1' };

const post = (body: unknown, status: number, more: Omit<Case, 'status'> = {}): Case => ({
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  status,
  ...more,
  headers: { ...JSON_TYPE, ...(more.headers as object) },
});
const query = (text: string, status: number, more?: Omit<Case, 'status'>) =>
  post({ query: text }, status, more);
const get = (parameters: Record<string, string>, status: number, headers: object = PREFLIGHT): Case => ({
  method: 'GET',
  search: `?${new URLSearchParams(parameters).toString()}`,
  status,
  headers: { ...headers },
});
const persisted = (text: string) =>
  ({ persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(text).digest('hex') } }) as const;

const CASES: Record<string, Case> = {
  'a query': query('{ people { id name } }', 200),
  'the newer media type': query('{ people { id } }', 200, { headers: NEWER }),
  'variables, aliases and fragments': post(
    {
      query:
        'query ($n: String!) { a: greet(name: $n) people { ...P } } fragment P on Person { __typename name }',
      variables: { n: 'Zoë' },
    },
    200,
  ),
  'one of several operations': post(
    { query: 'query A { __typename } query B { hail }', operationName: 'B' },
    200,
  ),
  'an empty operation name': post({ query: '{ hail }', operationName: '' }, 200),
  'a mutation': query('mutation { rename(id: "1") { name } }', 200),
  'what will go': query('{ hail }', 200),
  'a subgraph that is down': query('{ people { name age } }', 200),
  'a failure with internal text': query('{ told greet(name: "x") }', 200),

  'no query': post({ variables: {} }, 400),
  'an empty query': post({ query: '' }, 200),
  'a query that is no text': post({ query: 7 }, 400),
  'an operation name that is no text': post({ query: '{ hail }', operationName: 7 }, 400),
  'variables that are a list': post({ query: '{ hail }', variables: [1] }, 400),
  'variables that are text': post({ query: '{ hail }', variables: '{}' }, 400),
  'extensions that are a number': post({ query: '{ hail }', extensions: 7 }, 400),
  'variables nested too deeply': post(
    `{"query":"{ hail }","variables":{"x":${'['.repeat(70)}${']'.repeat(70)}}}`,
    400,
  ),
  'a batch': post([{ query: '{ hail }' }, { query: '{ hail }' }], 400),
  'too large a body': query(`{ hail } #${'x'.repeat(256 * 1024)}`, 413),
  'the type application/json in UTF-16': query('{ hail }', 415, {
    headers: { 'content-type': 'application/json; charset=utf-16' },
    body: Buffer.from('{"query":"{ hail }"}', 'utf16le'),
  }),
  'an answer in HTML': query('mutation { rename(id: "1") { name } }', 406, {
    headers: { accept: 'text/html' },
  }),
  'a page for people': get({}, 406, { accept: 'text/html,application/xhtml+xml' }),

  'a parse error': query('{ people {', 200),
  'a parse error in the newer media type': query('{\n people {{', 400, { headers: NEWER }),
  'an unknown field': query('{\n  peple { name }\n}', 200),
  'an unknown field in the newer media type': query('{ people { nam } }', 400, { headers: NEWER }),
  'a missing variable': query('query ($n: String!) { greet(name: $n) }', 200),
  'an unknown operation name': post({ query: 'query A { hail }', operationName: 'B' }, 400),
  'several operations and no name': query('query A { hail } query B { hail }', 400),
  'no operation': query('fragment P on Person { name }', 200),
  'a subscription': query('subscription { people { name } }', 200),
  'more tokens than are read': query(`{ ${'hail '.repeat(3000)} }`, 400),
  'a document that spreads out': query(
    `{ ...F0 } ${Array.from({ length: 12 }, (_, n) => `fragment F${n} on Query { a: __typename ...F${n + 1} b: __typename ...F${n + 1} }`).join(' ')} fragment F12 on Query { __typename }`,
    400,
  ),

  'GET without the header that a page cannot send': get({ query: '{ hail }' }, 400, {}),
  'GET with it': get({ query: '{ hail }' }, 200),
  'GET with an operation name as header': get({ query: '{ hail }' }, 200, { 'x-apollo-operation-name': 'x' }),
  'GET with variables': get(
    { query: 'query ($n: String!) { greet(name: $n) }', variables: '{"n":"Bo"}', extensions: '{}' },
    200,
  ),
  'GET with variables that are not JSON': get({ query: '{ hail }', variables: '{' }, 400),
  'GET with variables that are a list': get({ query: '{ hail }', variables: '[1]' }, 400),
  'GET without a query': get({}, 400),
  'GET with a type': get({ query: '{ hail }' }, 415, { ...PREFLIGHT, 'content-type': 'text/plain' }),
  'a mutation by GET': get({ query: 'mutation { rename(id: "1") { name } }' }, 405),
  'a mutation by GET without the header': get({ query: 'mutation { rename(id: "1") { name } }' }, 400, {}),
  'another method': { method: 'PUT', headers: JSON_TYPE, body: '{"query":"{ hail }"}', status: 405 },

  'a persisted query nobody knows': post({ extensions: persisted('{ unknown }') }, 200),
  'one that is made known': post({ query: '{ hail }', extensions: persisted('{ hail }') }, 200),
  'one that is known now': post({ extensions: persisted('{ hail }') }, 200),
  'one that is known now, by GET': get({ extensions: JSON.stringify(persisted('{ hail }')) }, 200),
  'a hash of another query': post({ query: '{ people { id } }', extensions: persisted('{ hail }') }, 400),
  'a persisted query of another version': post({ extensions: { persistedQuery: { version: 2 } } }, 400),

  'what costs too much': query('{ people { name } }', 400, { setting: STRICT }),
  'a wrong token': query('{ hail }', 401, { headers: { authorization: 'Bearer nonsense' } }),
  'what is only for callers who are known': query('{ mine { name } hail }', 200),
  'the same where denials end all': query('{ mine { name } hail }', 401, { setting: STRICT }),
  'a field that is denied': query('{ people { name salary } }', 200, { as: 'other' }),
  'a mutation that is denied': query('mutation { hire { name } }', 403, { as: 'other' }),
  'a mutation that is allowed': query('mutation { hire { name salary } }', 200, { as: 'hire pay' }),
  'a change that needs a second factor': query('mutation { sell { name } }', 401, { as: 'any' }),
  'the schema': query('{ __schema { queryType { name } } }', 200),
  'the schema where it is not shown': query('{ __schema { queryType { name } } }', 200, { setting: STRICT }),
  'the reasons of an answer': query('{ people { name salary } }', 200, {
    as: 'request.explain',
    headers: { 'chorus-explain': '1' },
  }),
};

/** Where Apollo Server, or the web server in front of it, leaves us no say. */
const EXCEPTIONS: Record<string, { case: Case; apollo: number; because: string }> = {
  'a body that is not JSON': {
    case: post('{"query":', 400),
    apollo: 400,
    because: 'the body is read by the web server, which answers with a page of its own',
  },
  'an empty object': {
    case: post({}, 400),
    apollo: 400,
    because: 'Apollo Server takes it for no body',
  },
  'another content type': {
    case: query('{ hail }', 415, { headers: { 'content-type': 'text/plain' } }),
    apollo: 400,
    because: 'Apollo Server tells plugins nothing but that there is no body',
  },
};

/** The headers of an answer that tell a client anything. */
const HEADERS = [
  'allow',
  'cache-control',
  'content-type',
  'deprecation',
  'retry-after',
  'sunset',
  'www-authenticate',
  'x-content-type-options',
];

/** What no two answers have in common: request ids, and how long a subgraph took. */
const withoutMeasures = (text: string) =>
  text.replaceAll(/"requestId":"[^"]*"/g, '"requestId":""').replaceAll(/"ms":[\d.]+/g, '"ms":0');

const told = ({ status, headers, text }: Reply) => ({
  status,
  body: JSON.parse(withoutMeasures(text)) as object,
  headers: Object.fromEntries(HEADERS.map((name) => [name, headers.get(name)])),
});

async function answers({ setting = USUAL, search, as, ...init }: Case) {
  const { own, apollo, token } = await opened(setting);
  const authorization = as === undefined ? {} : { authorization: `Bearer ${await token({ scope: as })}` };
  const sent = { ...init, headers: { ...(init.headers as object), ...authorization } };
  return { own: await own.send(sent, search), apollo: await apollo.send(sent, search) };
}

test.each(Object.entries(CASES))('both doors give the same answer to %s', async (_, request) => {
  const { own, apollo } = await answers(request);
  expect(told(apollo)).toEqual(told(own));
  expect(own.status).toBe(request.status);
  expect(apollo.text).not.toMatch(/ECONNREFUSED|10\.0\.0\.7|node_modules|stack/);
});

test.each(Object.entries(EXCEPTIONS))(
  'Apollo Server alone answers %s',
  async (_, { case: request, apollo: status }) => {
    const { own, apollo } = await answers(request);
    expect([own.status, apollo.status]).toEqual([request.status, status]);
  },
);
