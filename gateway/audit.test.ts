import { serverAudits } from 'graphql-http';
import { expect, test } from 'vitest';
import { gatewayOver, subgraph } from './testing.ts';
import { apolloDoor } from './testing-doors.ts';

/** As many as the audit has; one that is left out would pass unseen. */
const AUDITS = 61;

/** Asks as a browser has to, whose GET is not let in otherwise. */
const fetchFn = (url: string, init: RequestInit = {}) =>
  fetch(url, { ...init, headers: { ...(init.headers as object), 'apollo-require-preflight': '1' } });

const own = async () =>
  gatewayOver([await subgraph('one', 'type Query { a: Int }', { Query: { a: () => 1 } })]);

test.each([
  ['the own door', own],
  ['Apollo Server', async () => apolloDoor({ supergraph: (await own()).supergraphFile })],
])(
  '%s speaks GraphQL over HTTP in every point of the audit, those that only should be included',
  async (_, open) => {
    const { url } = await open();
    const audits = serverAudits({ url, fetchFn });
    expect(audits).toHaveLength(AUDITS);
    for (const audit of audits) expect(await audit.fn()).toMatchObject({ name: audit.name, status: 'ok' });
  },
);
