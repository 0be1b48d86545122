import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { expect, onTestFinished, test } from 'vitest';
import { newId } from './id.ts';
import { ANONYMOUS, IDENTITY_HEADER, identityVerifier, signIdentity, type Identity } from './identity.ts';
import { keySet } from './keys.ts';
import { createLog } from './log.ts';
import { subgraphSchema, type Feature } from './subgraph-schema.ts';
import { startSubgraph } from './subgraph.ts';

const sdl = pathToFileURL(join(mkdtempSync(join(tmpdir(), 'chorus-sdl-')), 'schema.graphql'));
writeFileSync(
  sdl,
  `type Query { name: String }
  type Mutation { rename: String signIn: String }`,
);
const FEATURE: Feature = { sdl, publicFields: ['rename', 'signIn'], harmless: ['signIn'] };

const key = await makeSigningKey();
const tenantId = newId();
const member: Identity = { ...ANONYMOUS, kind: 'member', tenantId, subject: newId() };

/** What a subgraph says beside its data. */
async function toldOf(query: string, identity: Identity) {
  const part = await startSubgraph(
    {
      schema: subgraphSchema([FEATURE]),
      verify: identityVerifier('things', keySet(key.publicJwks)),
      context: (request) => {
        const state = { isChanged: false };
        return { identity: request.identity, state, change: () => void (state.isChanged = true) };
      },
      kept: ({ identity: { tenantId: tenant }, state }) => ({ tag: tenant ?? undefined, ...state }),
      log: createLog('test', 'silent'),
    },
    { host: '127.0.0.1', port: 0 },
  );
  onTestFinished(() => part.stop());
  const response = await fetch(`http://127.0.0.1:${part.port}/graphql`, {
    method: 'POST',
    headers: { [IDENTITY_HEADER]: await signIdentity(identity, 'things', key) },
    body: JSON.stringify({ query }),
  });
  return ((await response.json()) as { extensions?: unknown }).extensions;
}

test.each([
  ['{ name }', member, { apolloCacheTags: [tenantId] }],
  ['{ name }', ANONYMOUS, undefined],
  ['mutation { rename }', member, { invalidatedCacheTags: [tenantId] }],
  ['mutation { signIn rename }', member, { invalidatedCacheTags: [tenantId] }],
  ['mutation { signIn again: signIn }', member, { invalidatedCacheTags: [] }],
  ['mutation { signIn }', ANONYMOUS, { invalidatedCacheTags: [] }],
  ['mutation { rename }', ANONYMOUS, undefined],
  ['mutation { rename unknown }', member, undefined],
])('a gateway is told what to forget, and by which tag: %s of %o', async (query, identity, told) => {
  expect(await toldOf(query, identity)).toEqual(told);
});

test('a mutation that does not exist cannot be harmless', () => {
  expect(() => subgraphSchema([{ ...FEATURE, harmless: ['signOut'] }])).toThrow('no mutation signOut');
});
