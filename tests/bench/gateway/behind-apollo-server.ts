/** Chorus behind Apollo Server standalone; takes the flags of the gateway. */
import { parseArgs } from 'node:util';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { chorus, clientOf } from '../../../gateway/apollo-server.ts';

const { values } = parseArgs({
  options: { supergraph: { type: 'string' }, listen: { type: 'string' }, jwks: { type: 'string' } },
});
const { supergraph = '', listen = '', jwks = '' } = values;
const [host, port] = listen.split(':');
const server = new ApolloServer({ ...chorus({ supergraph, jwks }) });
await startStandaloneServer(server, {
  context: async ({ req, res }) => clientOf(req, res),
  listen: { host, port: Number(port) },
});
