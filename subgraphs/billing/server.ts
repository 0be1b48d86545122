import { runSubgraph } from '@chorus/db/subgraph-process.ts';
import { features } from './features.ts';

await runSubgraph({ name: 'billing', port: 4004, features, services: () => undefined });
