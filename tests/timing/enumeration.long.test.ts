import { withMember } from '../harness/passwords.ts';
import { SIGN_IN } from '@chorus/accounts/testing.ts';
import { newId } from '@chorus/shared/id.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';

const TRIES = 200;
const MAX_DIFFERENCE_MS = 3;

/** How long the ask takes, in ms at the median, for somebody known and for strangers, one after the other in turns. */
async function medians(
  known: string,
  ask: (email: string) => Promise<unknown>,
  before: () => Promise<unknown>,
): Promise<{ known: number; unknown: number }> {
  const times = { known: [] as number[], unknown: [] as number[] };
  const timed = async (whose: keyof typeof times) => {
    const email = whose === 'known' ? known : `${newId()}@people.test`;
    await before();
    const start = performance.now();
    await ask(email);
    times[whose].push(performance.now() - start);
  };
  for (let tried = 0; tried < TRIES; tried += 1) {
    const order = tried % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const);
    for (const whose of order) await timed(whose);
  }
  return { known: median(times.known), unknown: median(times.unknown) };
}

const median = (times: number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

test('how long a wrong password takes does not tell who has an account', async () => {
  const { as, person, db, slug } = await withMember();
  const visitor = as({ anonymous: true });
  const { known, unknown } = await medians(
    person.email,
    (email) => visitor(SIGN_IN, { email, password: 'not the password', tenant: slug }),
    () => db.execute(sql`delete from attempt`),
  );
  expect(Math.abs(known - unknown), `${known} ms and ${unknown} ms`).toBeLessThan(MAX_DIFFERENCE_MS);
});

test('how long asking for a new password takes does not tell who has an account', async () => {
  const { request, person, db } = await withMember();
  const { known, unknown } = await medians(
    person.email,
    (email) => request(email),
    () => db.execute(sql`delete from attempt`),
  );
  expect(Math.abs(known - unknown), `${known} ms and ${unknown} ms`).toBeLessThan(MAX_DIFFERENCE_MS);
});
