import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Running } from '../gateway/processes.ts';
import type { Session } from '../gateway/session.ts';
import { serving } from '../gateway/targets.ts';
import { record, type Recording } from './recording.ts';
import { shopSupergraph } from './shop.ts';

/** Chorus in front of subgraphs of its own, which remember what they were asked. */
export interface ShopGateway extends Recording {
  gateway: Running;
}

const PROBE = JSON.stringify({ query: '{ products(ids: []) { id } }' });

/** With the policies of the shop or without any. */
export async function shopGateway(session: Session, isKept: boolean): Promise<ShopGateway> {
  const recording = await record();
  const name = isKept ? 'chorus' : 'chorus without policies';
  const supergraph = join(session.folder, `shop of ${name}.graphql`);
  writeFileSync(supergraph, shopSupergraph(recording.urls, isKept));
  const gateway = await session.start({
    name,
    about: '',
    peer: false,
    knowsCallers: true,
    probe: PROBE,
    command: ({ jwks }, port) => serving('gateway/server.ts', supergraph, jwks, port),
  });
  const stop = async () => {
    await gateway.stop();
    await recording.stop();
  };
  return { ...recording, gateway, stop };
}
