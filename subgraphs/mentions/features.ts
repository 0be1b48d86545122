import { emitDenials } from '@chorus/db/denials.ts';
import type { Feature } from '@chorus/shared/subgraph-schema.ts';
import { resolvers as mentions } from './mentions/mentions.resolvers.ts';
import { resolvers as pages } from './pages/pages.resolvers.ts';
import { resolvers as trackers } from './trackers/trackers.resolvers.ts';

const file = (path: string) => new URL(path, import.meta.url);

/** Everything this subgraph offers; a new feature is one line here. */
export const features: Feature[] = [
  { sdl: file('schema.graphql'), settle: emitDenials },
  { sdl: file('trackers/trackers.graphql'), resolvers: trackers },
  { sdl: file('mentions/mentions.graphql'), resolvers: mentions },
  { sdl: file('pages/pages.graphql'), resolvers: pages },
];
