import { runSubgraph } from '@chorus/db/subgraph-process.ts';
import { features } from './features.ts';
import { servicesOver } from './services.ts';

await runSubgraph({ name: 'billing', port: 4004, features, services: ({ bus }) => servicesOver(bus) });
