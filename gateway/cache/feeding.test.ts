import { expect, test, vi } from 'vitest';
import { foreignIssuer } from '../testing-tokens.ts';
import { gatewayOver, subgraph } from '../testing.ts';
import { CHORUS, parcels } from './testing-parcels.ts';

const PAGES = `${CHORUS}
  type Query { page: Page @fieldCache(maxAge: 600, scope: "PUBLIC") }
  type Page @key(fields: "id") { id: ID! @fieldCache(maxAge: 600, scope: "PUBLIC") }`;

const DRAFTS = `${CHORUS}
  type Page @key(fields: "id") { id: ID! draft: String @fieldCache(maxAge: 600, scope: "USER") }`;

const ECHOES = `${CHORUS}
  type Page @key(fields: "id") {
    id: ID!
    draft: String @external
    echo: String @requires(fields: "draft") @fieldCache(maxAge: 600, scope: "PUBLIC")
  }`;

const OFFERS = `${CHORUS}
  type Query { offers(first: Int!): [Offer] @fieldCache(maxAge: 600) }
  type Offer @key(fields: "id") { id: ID! @fieldCache(maxAge: 600) }`;

const STOCK = `${CHORUS}
  type Offer @key(fields: "id") {
    id: ID!
    net: Int @fieldCache(maxAge: 600)
    rate: Int @fieldCache(maxAge: 600)
    label: String @fieldCache(maxAge: 10)
  }`;

const TILLS = `${CHORUS}
  type Offer @key(fields: "id") {
    id: ID!
    net: Int @external
    rate: Int @external
    sum: String @requires(fields: "net rate")
  }`;

test('what another field is worked out from is fetched together, so that it is of one moment', async ({
  onTestFinished,
}) => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  let moment = 1;
  const gateway = await gatewayOver(await parcels(() => moment));
  const ask = async (query: string) => (await gateway.ask(query)).body.data;
  await ask('{ parcel { weight size { width } label } }');
  moment = 2;
  vi.advanceTimersByTime(15_000);
  expect(await ask('{ parcel { postage label } }')).toEqual({
    parcel: { postage: '2 and 2', label: 'label 1' },
  });
});

test('what was fetched at different moments is not put together for what is worked out from it', async ({
  onTestFinished,
}) => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  let moment = 1;
  const gateway = await gatewayOver(await parcels(() => moment));
  const ask = async (query: string) => (await gateway.ask(query)).body.data;
  await ask('{ parcel { weight } }');
  moment = 2;
  vi.advanceTimersByTime(1_000);
  await ask('{ parcel { size { width } } }');
  moment = 3;
  expect(await ask('{ parcel { postage } }')).toEqual({ parcel: { postage: '3 and 3' } });
});

test('what came only in part for an object that had it all is not put together with the rest', async ({
  onTestFinished,
}) => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  let moment = 1;
  let broken = '';
  const offers = await subgraph('offers', OFFERS, {
    Query: {
      offers: (_: unknown, { first }: { first: number }) => [{ id: '1' }, { id: '2' }].slice(0, first),
    },
  });
  const stock = await subgraph('stock', STOCK, {
    Offer: {
      net: () => moment,
      rate: ({ id }: { id: string }) => {
        if (id === broken) throw new Error('no rate');
        return moment;
      },
      label: () => `label ${moment}`,
    },
  });
  const sum = ({ net, rate }: { net: number; rate: number }) => `${net} and ${rate}`;
  const tills = await subgraph('tills', TILLS, { Offer: { sum } });
  const gateway = await gatewayOver([offers, stock, tills]);
  const ask = async (first: number) =>
    (await gateway.ask(`{ offers(first: ${first}) { label sum } }`)).body.data;
  await ask(1);
  [moment, broken] = [2, '1'];
  vi.advanceTimersByTime(11_000);
  const expected = {
    offers: [
      { label: 'label 2', sum: '1 and 1' },
      { label: 'label 2', sum: '2 and 2' },
    ],
  };
  expect(await ask(2)).toEqual(expected);
});

test('a value that is worked out from what is each caller’s own is not shared, whatever it says of itself', async () => {
  let arrived = 0;
  const both = Promise.withResolvers<void>();
  const draft = async () => {
    const mine = (arrived += 1);
    if (mine === 2) both.resolve();
    await both.promise;
    return `draft ${mine}`;
  };
  const pages = await subgraph('pages', PAGES, { Query: { page: () => ({ id: '1' }) } });
  const drafts = await subgraph('drafts', DRAFTS, { Page: { draft } });
  const echo = (page: { draft: string }) => page.draft;
  const echoes = await subgraph('echoes', ECHOES, { Page: { echo } });
  const issuer = await foreignIssuer();
  const gateway = await gatewayOver([pages, drafts, echoes], { args: ['--jwks', issuer.jwks] });
  const ask = async (sub: string) => {
    const headers = { authorization: `Bearer ${await issuer.token({ sub, tid: 't' })}` };
    const { body, headers: head } = await gateway.ask('{ page { echo } }', {}, headers);
    return [body.data.page.echo, head.get('cache-control')];
  };
  const answers = await Promise.all([ask('ann'), ask('bob')]);
  expect(new Set(answers.map(([told]) => told))).toEqual(new Set(['draft 1', 'draft 2']));
  expect(await ask('ann')).toEqual([answers[0]?.[0], expect.stringContaining('private')]);
});
