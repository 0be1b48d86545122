import type { Database } from '@chorus/db/database.ts';
import { asc } from 'drizzle-orm';
import type { Services } from '../context.ts';
import { mail } from './mail.table.ts';
import type { Letter } from './mail.service.ts';

/** Reads the queue as the mailer would: what waits there for an address, oldest first, with the token of its link. */
export const queuedMails =
  (worker: Database, { dataKeys }: Pick<Services, 'dataKeys'>) =>
  async (to: string | null): Promise<(Letter & { token: string })[]> => {
    const db = worker.statements(null);
    const rows = await db.select().from(mail).orderBy(asc(mail.id));
    const letters = rows.map(async ({ id, sealed }) => {
      // Other tests have other keys.
      const content = await dataKeys.open(db, { purpose: 'mail', owner: id }, sealed).catch(() => 'null');
      return JSON.parse(content) as Letter | null;
    });
    return (await Promise.all(letters)).flatMap((letter) =>
      letter?.to === to ? [{ ...letter, token: /#token=(\S+)/.exec(letter.text)?.[1] ?? '' }] : [],
    );
  };
