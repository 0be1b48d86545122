/** Chorus behind Apollo Server standalone; takes the flags of the gateway. */
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createLog } from '@chorus/shared/log.ts';
import { chorus, type Context } from '../../../gateway/apollo-server.ts';
import { readConfig } from '../../../gateway/config.ts';

const config = readConfig(process.argv.slice(2));
const server = new ApolloServer<Context>({ ...(await chorus(config, createLog('gateway'))) });
await startStandaloneServer(server, { listen: { host: config.host, port: config.port } });
