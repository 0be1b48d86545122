import { runSubgraph } from '@chorus/db/subgraph-process.ts';
import { features } from './features.ts';

await runSubgraph({ name: 'reporting', port: 4003, features, services: () => undefined });
