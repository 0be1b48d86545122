import manifest from '../../package.json' with { type: 'json' };

/** The flags of Node.js with which `npm run gateway` starts the gateway, and everybody else who does. */
export const GATEWAY_FLAGS = manifest.scripts.gateway.split(' ').filter((word) => word.startsWith('--'));
