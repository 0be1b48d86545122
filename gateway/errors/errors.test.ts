import { expect, test } from 'vitest';
import { gatewayOver, lyingSubgraph, saying } from '../testing.ts';

const SDL =
  'type Query { a: Int b: Int list: [Thing] must: Must } type Thing { x: Int! } type Must { x: Int! }';

async function answering(answer: object) {
  return gatewayOver([await lyingSubgraph('odd', SDL, saying(JSON.stringify(answer)))]);
}

const LEAK = {
  message: 'connect ECONNREFUSED 10.0.0.5:5432, password=hunter2',
  path: ['a'],
  locations: [{ line: 1, column: 1 }],
  extensions: {
    code: 'INTERNAL_SERVER_ERROR',
    sql: 'select * from person',
    stacktrace: ['at /srv/x.ts'],
    serviceName: 'odd',
  },
};

test('nothing a subgraph says about itself reaches the client', async () => {
  const gateway = await answering({ data: { a: null }, errors: [LEAK], extensions: { debug: 'hunter2' } });
  const { body, text, headers } = await gateway.ask('{ a }');
  expect(body).toEqual({
    data: { a: null },
    errors: [
      {
        message: 'Something went wrong on our side.',
        path: ['a'],
        extensions: { code: 'INTERNAL', requestId: headers.get('chorus-request-id') },
      },
    ],
  });
  expect(text).not.toMatch(/hunter2|10\.0\.0\.5|select|srv|odd/);
});

test('errors of the table keep their words and their public extensions only', async () => {
  const extensions = {
    code: 'MFA_REQUIRED',
    stepUp: { maxAge: 60, methods: ['otp'] },
    host: 'db-1',
    trace: 'x',
  };
  const gateway = await answering({
    data: { a: null },
    errors: [{ message: 'Confirm.', path: ['a'], extensions }],
  });
  expect((await gateway.ask('{ a }')).body.errors).toEqual([
    { message: 'Confirm.', path: ['a'], extensions: { stepUp: extensions.stepUp, code: 'MFA_REQUIRED' } },
  ]);
});

test.each(['SUBGRAPH_UNAVAILABLE', 'OVERLOADED', 'DEADLINE_EXCEEDED'])(
  '%s never keeps its words',
  async (code) => {
    const gateway = await answering({
      data: { a: null },
      errors: [{ message: 'db-1 down', path: ['a'], extensions: { code } }],
    });
    const { body } = await gateway.ask('{ a }');
    expect(body.errors?.[0]?.extensions).toEqual({ code });
    expect(body.errors?.[0]?.message).not.toContain('db-1');
  },
);

test('that a subgraph refused the gateway’s own document is an internal matter', async () => {
  const extensions = { code: 'GRAPHQL_VALIDATION_FAILED' };
  const gateway = await answering({
    errors: [{ message: 'Cannot query field "a" on type "Inner"', extensions }],
  });
  const { body, text } = await gateway.ask('{ a b }');
  expect(body.errors?.map(({ path, extensions: { code } }) => [path, code])).toEqual([
    [['a'], 'INTERNAL'],
    [['b'], 'INTERNAL'],
  ]);
  expect(text).not.toContain('Inner');
});

test('five thousand errors become twenty, and the rarest place is among them', async () => {
  const many = Array.from({ length: 49 }, (_, index) => ({
    message: 'no',
    path: ['list', index, 'x'],
    extensions: { code: 'NOT_FOUND' },
  }));
  const rare = { message: 'no', path: ['a'], extensions: { code: 'FORBIDDEN' } };
  const data = { a: null, list: Array.from({ length: 49 }, () => null) };
  const gateway = await answering({
    data,
    errors: [...many, rare, ...many, ...Array.from({ length: 5000 }, () => LEAK)],
  });
  const { body } = await gateway.ask('{ a list { x } }');
  expect(body.errors).toHaveLength(20);
  expect(body.errors?.map(({ extensions }) => extensions['code'])).toContain('FORBIDDEN');
});

test('a null that the schema forbids is an error and not a silence', async () => {
  const gateway = await answering({ data: { must: { x: null }, a: 1 } });
  const { body } = await gateway.ask('{ a must { x } }');
  expect(body.data).toEqual({ a: 1, must: null });
  expect(body.errors).toHaveLength(1);
  expect(body.errors?.[0]).toMatchObject({ path: ['must', 'x'], extensions: { code: 'INTERNAL' } });
  expect(body).not.toHaveProperty('extensions');
});

test.each([
  [[{ message: 'no', path: ['a', { sql: 1 }], extensions: { code: 'NOT_FOUND' } }], undefined],
  [[{ message: 'no', path: ['planner', 'made'], extensions: { code: 'NOT_FOUND' } }], undefined],
  [['just a string'], undefined],
  [[null], undefined],
  [[{ message: 7, path: ['a'], extensions: { code: 'NOT_FOUND' } }], ['a']],
])('malformed errors %j still come out as GraphQL errors', async (errors, path) => {
  const gateway = await answering({ data: { a: 1 }, errors });
  const { body } = await gateway.ask('{ a }');
  expect(body.errors).toHaveLength(1);
  expect(body.errors?.[0]?.path).toEqual(path);
  expect(body.errors?.[0]?.message).toBeTypeOf('string');
});
