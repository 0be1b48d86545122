import { DEMO_TENANTS, type DemoTenant } from '@chorus/shared/demo.ts';
import { AIRLINE_PHRASES, COMPANY_PHRASES, type Language } from './phrases.ts';

/** A name people write about, and how often against the others. */
export interface Brand {
  handle: string;
  weight: number;
}

/** Something that happened: on that day, counted back from today, the brand gets this many posts more. */
export interface Spike {
  daysAgo: number;
  handle: string;
  posts: number;
  mood: 'praise' | 'complaints';
}

export interface SceneTracker {
  name: string;
  handles: string[];
  hashtags: string[];
}

/** What goes on around one tenant of the demo. */
export interface Scene {
  tenant: DemoTenant;
  posts: number;
  phrases: readonly Language[];
  brands: readonly Brand[];
  hashtags: readonly string[];
  spikes: readonly Spike[];
  trackers: readonly SceneTracker[];
}

const tracker = (name: string, handles: string[], hashtags: string[] = []): SceneTracker => ({
  name,
  handles,
  hashtags,
});

const [acme, globex, initech] = DEMO_TENANTS as [DemoTenant, DemoTenant, DemoTenant];

export const SCENES: readonly Scene[] = [
  {
    tenant: acme,
    posts: 2_900,
    phrases: AIRLINE_PHRASES,
    brands: [
      { handle: 'AcmeAirways', weight: 12 },
      { handle: 'AcmeCares', weight: 3 },
      { handle: 'SkylarkAir', weight: 5 },
      { handle: 'united', weight: 2 },
      { handle: 'Delta', weight: 1 },
      { handle: 'JetBlue', weight: 1 },
      { handle: 'HarbourHotel', weight: 2 },
    ],
    hashtags: ['FlyAcme', 'travel', 'avgeek', 'delayed', 'lostluggage', 'vacaciones', 'Reisezeit', '旅行'],
    spikes: [
      { daysAgo: 61, handle: 'AcmeAirways', posts: 140, mood: 'complaints' },
      { daysAgo: 33, handle: 'SkylarkAir', posts: 110, mood: 'complaints' },
      { daysAgo: 9, handle: 'AcmeAirways', posts: 120, mood: 'praise' },
    ],
    trackers: [
      tracker('Acme Airways', ['acmeairways', 'acmecares'], ['flyacme']),
      tracker('Skylark Air', ['skylarkair']),
      tracker('Delays and luggage', [], ['delayed', 'lostluggage']),
      tracker('Travel talk', [], ['travel', 'avgeek', 'vacaciones', 'reisezeit', '旅行']),
      tracker('United', ['united']),
      tracker('US Airways', ['usairways']),
      tracker('American Airlines', ['americanair']),
      tracker('Southwest Airlines', ['southwestair']),
      tracker('JetBlue', ['jetblue']),
      tracker('Virgin America', ['virginamerica']),
      tracker('Delta', ['delta']),
    ],
  },
  {
    tenant: globex,
    posts: 1_200,
    phrases: COMPANY_PHRASES,
    brands: [
      { handle: 'GlobexMedia', weight: 8 },
      { handle: 'GlobexLive', weight: 4 },
      { handle: 'MondayMatinee', weight: 2 },
      { handle: 'TownCrierNews', weight: 2 },
    ],
    hashtags: ['GlobexLive', 'matinee', 'streaming', 'showtime'],
    spikes: [{ daysAgo: 20, handle: 'GlobexLive', posts: 90, mood: 'praise' }],
    trackers: [
      tracker('Globex', ['globexmedia', 'globexlive'], ['globexlive']),
      tracker('Monday Matinee', ['mondaymatinee'], ['matinee']),
      tracker('Streaming', [], ['streaming']),
    ],
  },
  {
    tenant: initech,
    posts: 500,
    phrases: COMPANY_PHRASES,
    brands: [
      { handle: 'Initech', weight: 5 },
      { handle: 'InitechSupport', weight: 2 },
      { handle: 'Stapleton', weight: 1 },
    ],
    hashtags: ['officelife', 'reports', 'printer'],
    spikes: [{ daysAgo: 45, handle: 'InitechSupport', posts: 40, mood: 'complaints' }],
    trackers: [
      tracker('Initech', ['initech', 'initechsupport']),
      tracker('Office life', [], ['officelife', 'printer']),
    ],
  },
];
