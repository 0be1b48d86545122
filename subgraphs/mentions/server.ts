import { runSubgraph } from '@chorus/db/subgraph-process.ts';
import { features } from './features.ts';
import { servicesOver } from './services.ts';

await runSubgraph({ name: 'mentions', port: 4002, features, services: ({ bus }) => servicesOver(bus) });
