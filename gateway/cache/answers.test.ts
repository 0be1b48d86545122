import { expect, test } from 'vitest';
import { Lifetime } from '../lifetime.ts';
import type { ForeignClaims } from '../testing-tokens.ts';
import { shop } from './testing-shop.ts';

const ann = { sub: 'ann', tid: 't' };

/** Seconds, as the headers of an answer tell them. */
function told(head: { get: (name: string) => string | null }): {
  whose: string | undefined;
  age: number;
  left: number;
} {
  const [, whose, most] = /^(private|public), max-age=(\d+)$/.exec(head.get('cache-control') ?? '') ?? [];
  const age = Number(head.get('age'));
  return { whose, age, left: Number(most) - age };
}

test('an answer that is all kept tells how old it is and how long it holds, whoever asked first', async () => {
  const { ask, pass } = await shop();
  const query = '{ products(first: 2) { upc } ofTenant }';
  expect((await ask(query, {}, ann)).head.get('cache-control')).toBe('no-store');
  const kept = '{ ofTenant motto }';
  const first = await ask(kept, {}, ann);
  expect(told(first.head)).toMatchObject({ whose: 'private', age: 0 });
  const { left } = told(first.head);
  expect(left).toBeGreaterThanOrEqual(47);
  expect(left).toBeLessThanOrEqual(60);
  pass(10);
  const second = await ask(kept, {}, { ...ann, sub: 'bob' });
  expect(second).toMatchObject({ data: first.data, shop: 0 });
  expect(told(second.head)).toEqual({ whose: 'private', age: 10, left: left - 10 });
  pass(51);
  expect((await ask(kept, {}, ann)).data).not.toEqual(first.data);
});

test('an answer is as short-lived as its shortest-lived field, and as old as its oldest', async () => {
  const { ask, pass } = await shop();
  await ask('{ motto }');
  pass(20);
  const { head } = await ask('{ motto soon }');
  const { age, left } = told(head);
  expect(age).toBe(20);
  expect(left).toBeLessThanOrEqual(10);
});

test('what a visitor sees of everybody is public, anything else is private', async () => {
  const { ask } = await shop();
  expect(told((await ask('{ motto }')).head).whose).toBe('public');
  expect(told((await ask('{ motto }', {}, ann)).head).whose).toBe('private');
  expect(told((await ask('{ ofTenant }')).head).whose).toBe('private');
  expect((await ask('{ motto }')).head.get('vary')).toBe('Origin, Accept, Authorization');
});

test('an answer with an error, with something old or with something that is not kept is not to be stored', async () => {
  const { ask, pass, failing, down } = await shop();
  failing.add('motto');
  const broken = await ask('{ motto soon }');
  expect([broken.errors?.length, broken.head.get('cache-control')]).toEqual([1, 'no-store']);
  failing.clear();
  expect((await ask('{ motto uncached }')).head.get('cache-control')).toBe('no-store');
  expect(
    (await ask('query ($no: Boolean!) { motto soon @skip(if: $no) }', { no: false })).head.get('etag'),
  ).toBe(null);
  pass(15);
  const { data, head } = await ask('{ soon }');
  expect([data, head.get('cache-control')]).toEqual([{ soon: 'soon 1' }, 'no-store']);
  await down();
});

test('a client that has the answer already is told so, and nothing more', async () => {
  const { ask, send } = await shop();
  const etag = (await ask('{ motto }')).head.get('etag') ?? '';
  const asked = (known: string) =>
    send('/graphql?query={motto}', { headers: { 'apollo-require-preflight': '1', 'if-none-match': known } });
  const same = await asked(`"other", ${etag}`);
  expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', etag]);
  expect(told(same.headers).whose).toBe('public');
  const other = await asked('"other"');
  expect([other.status, other.body.data]).toEqual([200, { motto: 'motto 1' }]);
});

test('an answer is forgotten with anything that it is made of', async () => {
  const { ask, invalidate } = await shop();
  const greet = async (name: string) =>
    (await ask('query ($name: String!) { greet(name: $name) motto }', { name })).data;
  await greet('Ann');
  await greet('Bob');
  expect(await greet('Ann')).toEqual({ greet: 'greet Ann 1', motto: 'motto 1' });
  await invalidate([{ kind: 'cache_tag', subgraphs: ['shop'], cache_tag: 'greet-Ann' }]);
  expect(await greet('Ann')).toEqual({ greet: 'greet Ann 2', motto: 'motto 1' });
  expect(await greet('Bob')).toEqual({ greet: 'greet Bob 1', motto: 'motto 1' });
  await invalidate([{ kind: 'subgraph', subgraph: 'shop' }]);
  expect(await greet('Bob')).toEqual({ greet: 'greet Bob 2', motto: 'motto 2' });
});

test('an answer that was on its way when something of it was forgotten is not kept', async () => {
  const { ask, hold, invalidate } = await shop();
  const held = hold('motto');
  const late = ask('{ motto }');
  await held.arrived;
  await invalidate([{ kind: 'cache_tag', subgraphs: ['shop'], cache_tag: 'mottos' }]);
  held.release();
  expect((await late).data).toEqual({ motto: 'motto 1' });
  expect((await ask('{ motto }')).data).toEqual({ motto: 'motto 2' });
});

test('an answer of one tenant, of one user or for one visitor is never that of another', async () => {
  const { ask } = await shop();
  const asked = async (claims?: ForeignClaims) => (await ask('{ ofTenant mine }', {}, claims)).data;
  const everybody = [ann, { sub: 'ann', tid: 'u' }, { sub: 'bob', tid: 't' }, undefined];
  const answers = [];
  for (const claims of everybody) answers.push(await asked(claims));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(4);
  for (const [index, claims] of everybody.slice(0, 3).entries())
    expect(await asked(claims)).toEqual(answers[index]);
});

test('what feeds an answer and is for fewer people than it keeps the whole from being kept', () => {
  const part = { subgraph: 's', types: [''], names: [''], below: new Set<string>(), tags: [] };
  const spent = { askedAt: 0, freshUntil: 1000, part };
  const lifetime = new Lifetime('TENANT');
  expect(lifetime.lasts(0)).toBe(false);
  lifetime.spend({ ...spent, scope: 'PUBLIC' });
  expect([lifetime.lasts(999), lifetime.lasts(1000)]).toEqual([true, false]);
  lifetime.spend({ ...spent, scope: 'USER' });
  expect(lifetime.lasts(0)).toBe(false);
});
