import { twitterEntities } from '../matching/twitter.ts';
import type { NewPost } from '../posts/new-post.ts';
import { inventedAuthors, type Author } from './authors.ts';
import { Chance } from './chance.ts';
import type { Brand, Scene } from './scenes.ts';

const DAYS = 90;
const DAY_MS = 86_400_000;
const AUTHORS = 260;
const MOODS = [
  { mood: 'praise', weight: 3 },
  { mood: 'complaints', weight: 4 },
  { mood: 'talk', weight: 4 },
] as const;

type Mood = (typeof MOODS)[number]['mood'];

/** The posts around one tenant: the same words by the same people on the same days before `now`, every time. */
export function demoPosts(scene: Scene, now: Date): NewPost[] {
  const chance = new Chance(scene.tenant.slug);
  const authors = inventedAuthors(chance, AUTHORS);
  const usual = Array.from({ length: scene.posts }, () => ({
    agoMs: usualAge(chance),
    brand: chance.weighted(scene.brands),
    mood: chance.weighted(MOODS).mood,
  }));
  const spikes = scene.spikes.flatMap(({ daysAgo, handle, posts, mood }) =>
    Array.from({ length: posts }, () => ({
      agoMs: (daysAgo + chance.next()) * DAY_MS,
      brand: { handle },
      mood,
    })),
  );
  return [...usual, ...spikes].map((about, index) => {
    const post = write(scene, chance, chance.weighted(authors), about);
    const publishedAt = new Date(now.getTime() - Math.floor(about.agoMs));
    return { ...post, externalId: `${scene.tenant.slug}-${index + 1}`, publishedAt };
  });
}

/** Somewhat more of late than long ago, and a weekly rhythm. */
function usualAge(chance: Chance): number {
  for (;;) {
    const days = chance.next() * DAYS;
    const rhythm = 0.75 + 0.25 * Math.sin((2 * Math.PI * days) / 7);
    if (chance.next() < rhythm * (1 - days / (DAYS * 3))) return days * DAY_MS;
  }
}

function write(
  { phrases, hashtags }: Scene,
  chance: Chance,
  { handle, name }: Author,
  { brand, mood }: { brand: Pick<Brand, 'handle'>; mood: Mood },
): Omit<NewPost, 'externalId' | 'publishedAt'> {
  const language = chance.weighted(phrases);
  const tag = chance.next() < 0.6 ? `#${chance.pick(hashtags)}` : '';
  const text = chance
    .pick(language[mood])
    .replace('{brand}', `@${brand.handle}`)
    .replace('{tag}', tag)
    .trim();
  return {
    source: 'demo',
    authorHandle: handle,
    authorName: name,
    text,
    lang: language.lang,
    url: null,
    replyTo: null,
    ...twitterEntities(text),
    rev: null,
  };
}
