import type { FlagDefinition } from './definition.ts';

const BOOLEAN = { kind: 'boolean', variants: { off: false, on: true }, off: 'off' } as const;

/** The flags Chorus comes with. An installation starts with them and may change them; what `@feature` names stands here. */
export const CATALOGUE: readonly FlagDefinition[] = [
  {
    ...BOOLEAN,
    key: 'share_of_voice',
    description: 'How much of the talk is about each tracker.',
    default: 'on',
    entitled: true,
    told: true,
    rules: [],
    tags: ['reporting'],
  },
  {
    ...BOOLEAN,
    key: 'busiest_day',
    description: 'The day on which a tracker found most.',
    default: 'on',
    entitled: true,
    told: true,
    rules: [],
    tags: ['reporting'],
  },
  {
    ...BOOLEAN,
    key: 'compact_feed',
    description: 'The feed with more posts on a page, for a share of all tenants.',
    default: 'off',
    entitled: false,
    told: false,
    rules: [],
    rollout: { variant: 'on', percent: 50 },
    tags: ['frontend'],
  },
  {
    key: 'start_page',
    description: 'What is shown first after signing in.',
    kind: 'string',
    variants: { feed: 'feed', dashboard: 'dashboard', billing: 'billing' },
    off: 'feed',
    default: 'feed',
    entitled: false,
    told: false,
    rules: [
      { id: 'money', when: { role: ['billing'] }, serve: 'billing' },
      { id: 'leads', when: { role: ['owner', 'admin'] }, serve: 'dashboard' },
    ],
    tags: ['frontend'],
  },
];
