import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';

/** A mail as its file holds it. */
export interface ReadMail {
  subject: string;
  text: string;
  /** The token of the link in it. */
  token: string | undefined;
}

/** The mails to an address, oldest first; waits until there are `count` of them. */
export const readMails = (folder: string, to: string, count = 1): Promise<ReadMail[]> =>
  vi.waitFor(
    async () => {
      const files = (await readdir(folder)).filter((name) => name.endsWith('.eml')).toSorted();
      const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
      const mails = texts.filter((text) => text.includes(`\r\nTo: <${to}>\r\n`)).map(parsed);
      if (mails.length < count) throw new Error(`${mails.length} of ${count} mails to ${to}`);
      return mails;
    },
    { timeout: 10_000, interval: 20 },
  );

function parsed(source: string): ReadMail {
  const end = source.indexOf('\r\n\r\n');
  const [, subject = ''] =
    /^Subject: (.*)$/m.exec(source.slice(0, end).replaceAll(/\r\n (?==\?)?/g, '')) ?? [];
  const text = source.slice(end + 4).replaceAll('\r\n', '\n');
  const words = (_: string, word: string) => Buffer.from(word, 'base64').toString();
  const [, token] = /#token=(\S+)/.exec(text) ?? [];
  return { subject: subject.replaceAll(/=\?UTF-8\?B\?(.*?)\?=/g, words), text, token };
}
