/** A graph of 200 fields, any of which can be protected, and all that is needed to ask it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';

export const FIELDS = Array.from({ length: 200 }, (_, index) => `f${index}`);
export const QUERY = `{ item { ${FIELDS.join(' ')} } }`;

/** A supergraph of one subgraph with one type of 200 fields, each with the directives `guard` gives it. */
export const supergraph = (url: string, guard: (field: string) => string) => `
schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY) { query: Query }
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
directive @requiresScopes(scopes: [[requiresScopes__Scope!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean, overrideLabel: String) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
scalar join__FieldSet
scalar requiresScopes__Scope
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
enum join__Graph { ONE @join__graph(name: "one", url: "${url}") }
type Query @join__type(graph: ONE) { item: Item }
type Item @join__type(graph: ONE) { ${FIELDS.map((name) => `${name}: String ${guard(name)}`).join(' ')} }
`;

/** A subgraph of its own process, so that this one's CPU time is the gateway's alone. */
export async function startSubgraph() {
  const answer = JSON.stringify({ data: { item: Object.fromEntries(FIELDS.map((name) => [name, name])) } });
  const script = `const body = Buffer.from(${JSON.stringify(answer)});
    require('node:http').createServer((request, response) => request.resume().on('end', () =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)))
      .listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: `http://127.0.0.1:${String(port).trim()}/`, stop: () => child.kill() };
}

/** An issuer of tokens with scopes, and the file of its keys. */
export async function issuer(folder: string) {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const file = join(folder, 'jwks.json');
  writeFileSync(
    file,
    JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'EdDSA' }] }),
  );
  const token = (sub: string, scopes: readonly string[], claims: JWTPayload = {}) =>
    new SignJWT({ ...claims, sub, scope: scopes.join(' ') })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
      .setExpirationTime('1h')
      .sign(privateKey);
  return { file, token };
}
