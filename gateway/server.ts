import { createLog } from '@chorus/shared/log.ts';
import { runProcess } from '@chorus/shared/process.ts';
import { readConfig, type StandaloneMode } from './config.ts';

const log = createLog('gateway');

function callersInWords({ tokens }: StandaloneMode): string {
  if (tokens === undefined) return 'Authorization headers are ignored';
  const complete = tokens.issuer !== undefined && tokens.audience !== undefined;
  return complete ? 'tokens are checked' : 'tokens of any issuer or audience the keys verify are accepted';
}

await runProcess({
  name: 'gateway',
  log,
  drainMs: 2800,
  start: async () => {
    const config = readConfig(process.argv.slice(2));
    // The planner takes half a second to load, for which a wrong setting need not wait.
    const { startGateway } = await import('./gateway.ts');
    const { url, internalUrl, parts } = await startGateway(config, log);
    if (config.mode.kind === 'standalone') {
      const who = callersInWords(config.mode);
      log.warn(`standalone: serving ${config.supergraphFile} without database and accounts; ${who}`);
    }
    log.info({ internalUrl }, `gateway listening on ${url}`);
    return parts;
  },
});
