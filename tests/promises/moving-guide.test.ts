import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { compose, subgraph, temporaryFile } from '../../gateway/testing.ts';
import { blocksOf, readPage } from '../harness/guide.ts';

const [BEFORE = '', AFTER = '', WITH_PLUGINS = ''] = blocksOf(
  readPage('docs/moving-from-apollo-gateway.md'),
  'ts',
);

/** People in one subgraph and what they wear in another, as somebody has them behind ApolloGateway. */
async function supergraph() {
  const people = await subgraph(
    'people',
    'type Query { ann: Person } type Person @key(fields: "id") { id: ID! name: String }',
    {
      Query: { ann: () => ({ id: '1', name: 'Ann' }) },
    },
  );
  const hats = await subgraph('hats', 'type Person @key(fields: "id") { id: ID! hats: [String!] }', {
    Person: { hats: () => ['top', 'straw'] },
  });
  return temporaryFile('supergraph.graphql', compose([people, hats]));
}

/** Runs the code of the page in a process of its own, over another file and at a free port. */
async function run(code: string, file: string) {
  const here = code.replace("'supergraph.graphql'", JSON.stringify(file)).replace('port: 4000', 'port: 0');
  expect(here).not.toBe(code);
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', here], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, NODE_ENV: 'development', LOG_LEVEL: 'silent' },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += String(chunk)));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const [, found] = /ready at (\S+)/.exec(printed) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`it ended: ${printed}`)));
  });
  return { child, url, printed: () => printed };
}

async function ask(url: string) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-app': 'mobile' },
    body: JSON.stringify({ query: 'query Hats { ann { name hats } }' }),
  });
  return (await response.json()) as unknown;
}

async function ended(child: ChildProcess) {
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  return closed;
}

test('who changes what the page says gets the same answers as before, and a server that stops', async () => {
  const file = await supergraph();
  const answers = [];
  let log = '';
  for (const code of [BEFORE, AFTER, WITH_PLUGINS]) {
    const { child, url, printed } = await run(code, file);
    answers.push(await ask(url));
    expect(await ended(child)).toEqual([null, 'SIGTERM']);
    log = printed();
  }
  const answer = { data: { ann: { name: 'Ann', hats: ['top', 'straw'] } } };
  expect(answers).toEqual([answer, answer, answer]);
  expect(log).toContain('mobile asks Hats');
}, 60_000);
