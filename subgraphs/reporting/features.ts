import { emitDenials } from '@chorus/db/denials.ts';
import type { Feature } from '@chorus/shared/subgraph-schema.ts';
import { resolvers as shareOfVoice } from './share-of-voice/share-of-voice.resolvers.ts';
import { resolvers as volume } from './volume/volume.resolvers.ts';

const file = (path: string) => new URL(path, import.meta.url);

/** Everything this subgraph offers; a new feature is one line here. */
export const features: Feature[] = [
  { sdl: file('schema.graphql'), settle: emitDenials },
  { sdl: file('volume/volume.graphql'), resolvers: volume },
  { sdl: file('share-of-voice/share-of-voice.graphql'), resolvers: shareOfVoice },
];
