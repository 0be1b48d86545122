import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MailTransport } from './mailer.ts';
import { message, type Mailbox } from './message.ts';

/**
 * Writes each mail to a file that mail programs open. It appears whole, and a mail that comes again takes the place of
 * its first copy.
 */
export const emlFiles = (folder: string, from: Mailbox): MailTransport => ({
  send: async (mail) => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const unfinished = join(folder, `.${mail.id}.new`);
    await writeFile(unfinished, message(from, mail), { mode: 0o600, flush: true });
    const time = mail.date.toISOString().replaceAll(':', '-');
    await rename(unfinished, join(folder, `${time}-${mail.id}.eml`));
  },
});
