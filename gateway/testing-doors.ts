import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createLog } from '@chorus/shared/log.ts';
import { Agent, fetch, type RequestInit } from 'undici';
import { chorus, clientOf, type ChorusOptions, type ServerOptions } from './apollo-server.ts';
import { reply, type Reply } from './testing.ts';
import { whenFinished } from './testing-lifetime.ts';

/** A place where GraphQL is spoken, over real HTTP. */
export interface Door {
  url: string;
  send: (init: RequestInit, search?: string) => Promise<Reply>;
  ask: (query: string, variables?: object, headers?: Record<string, string>) => Promise<Reply>;
}

export function doorAt(url: string): Door {
  const dispatcher = new Agent();
  whenFinished(() => dispatcher.destroy());
  const send: Door['send'] = (init, search = '') => reply(fetch(`${url}${search}`, { ...init, dispatcher }));
  return {
    url,
    send,
    ask: (query, variables, headers) =>
      send({
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      }),
  };
}

/** Apollo Server in front of the pipeline, with its own web server, until the test ends. */
export const apolloDoor = (options: ChorusOptions): Promise<Door> =>
  apolloDoorWith(chorus({ log: createLog('test', 'silent'), ...options }));

export async function apolloDoorWith(options: ServerOptions): Promise<Door> {
  const server = new ApolloServer(options);
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req, res }) => clientOf(req, res),
  });
  whenFinished(() => server.stop());
  return doorAt(url);
}
