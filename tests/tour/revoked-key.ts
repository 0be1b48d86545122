import { asking } from './people.ts';
import { inMs, must, until, type Stop } from './stop.ts';

const CREATE = `mutation { createApiKey(input: { name: "Tour", scopes: ["trackers.read"] }) {
  __typename ... on ApiKeyCreated { key apiKey { id } } } }`;
const REVOKE = 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { __typename } }';
const LONGEST_MS = 1_000;

/** A key that a partner lost. */
export const revokedKey: Stop = {
  title: 'An API key is revoked',
  visit: async ({ people, say }) => {
    const owner = await people.member('owner@acme.test');
    const { key, apiKey } = (await owner(CREATE)).body.data.createApiKey;
    const partner = asking(people.url, key);
    const { found: first } = await until(
      'a new key is good for what it was made for',
      () => partner('{ trackers { name } }'),
      ({ status }) => status === 200,
    );
    say(`with the new key     ${first.body.data.trackers.length} trackers`);
    await owner(REVOKE, { id: apiKey.id });
    const { found, ms } = await until(
      'a revoked key is refused',
      () => partner('{ trackers { name } }'),
      ({ status }) => status === 401,
    );
    must(ms < LONGEST_MS, 'a key is refused within a second', ms);
    say(`${inMs(ms).padEnd(8)} after it was revoked: ${found.body.errors[0].extensions.code}`);
  },
};
