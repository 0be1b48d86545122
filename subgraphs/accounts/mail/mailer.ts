import { withDeadline, type Db } from '@chorus/db/pipeline.ts';
import type { Database } from '@chorus/db/database.ts';
import { wakeable } from '@chorus/shared/wakeable.ts';
import type { Logger } from '@chorus/shared/log.ts';
import type { Part } from '@chorus/shared/process.ts';
import type { DataKeys } from '../encryption/data-keys.ts';
import { deleteMail, postponeMail, takeDueMail, type DueMail } from './mail.queries.ts';
import type { Letter } from './mail.service.ts';

/** A mail on its way; the id and the time are the same however often it is tried. */
export interface OutgoingMail {
  id: string;
  to: string;
  subject: string;
  text: string;
  date: Date;
}

/** Hands mails over to whoever delivers them. */
export interface MailTransport {
  /** Resolves once the mail is out of our hands. It may come again with the same id, when we died before noting so. */
  send(mail: OutgoingMail): Promise<void>;
}

export interface MailerOptions {
  /** The accounts database, as its worker role. */
  database: Database;
  dataKeys: DataKeys;
  transport: MailTransport;
  log: Logger;
}

const POLL_MS = 1_000;
/** Less than a transaction may be idle. */
const SEND_MS = 20_000;
/** Together with the pauses between them, half a day. */
const MAX_TRIES = 20;

/** Five seconds, ten, twenty, ... and never more than an hour. */
const pauseAfter = (attempts: number): number => Math.min(5 * 2 ** attempts, 3_600);

/**
 * Sends what is queued, at least once each: a row is held while its mail is sent and goes with the same transaction,
 * so that a process that dies leaves it to the next one. Several may run beside each other.
 */
export async function startMailer(options: MailerOptions): Promise<Part> {
  const { database, log } = options;
  const pause = wakeable();
  await database.pool.sql
    .listen('chorus_mail', pause.wake)
    .catch((error: unknown) => log.warn({ error }, 'mailer polls only'));
  let stopped = false;

  const running = (async () => {
    while (!stopped) {
      const sent = await sendOne(options).catch((error: unknown) => {
        log.warn({ error }, 'mailer tries again');
        return false;
      });
      if (!sent) await pause.wait(POLL_MS);
    }
  })();

  return {
    name: 'mailer',
    stop: async () => {
      stopped = true;
      pause.wake();
      await running;
    },
  };
}

/** False when nothing is due. */
const sendOne = (options: MailerOptions): Promise<boolean> =>
  options.database.transaction(null, async (db) => {
    const due = await takeDueMail(db);
    if (due !== undefined) await settle(options, db, due);
    return due !== undefined;
  });

async function settle(options: MailerOptions, db: Db, due: DueMail): Promise<void> {
  const { id, attempts } = due;
  try {
    await withDeadline(sent(options, db, due), SEND_MS);
  } catch (error) {
    // Nothing of the error but its kind: messages of a transport can hold what was sent.
    const [tries, reason] = [attempts + 1, kindOf(error)];
    if (tries < MAX_TRIES) {
      options.log.warn({ mail: id, tries, reason }, 'mail not sent yet');
      return postponeMail(db, id, pauseAfter(attempts));
    }
    options.log.error({ mail: id, tries, reason }, 'mail given up');
  }
  await deleteMail(db, id);
}

async function sent({ dataKeys, transport }: MailerOptions, db: Db, { id, sealed, createdAt }: DueMail) {
  const content = await dataKeys.open(db, { purpose: 'mail', owner: id }, sealed);
  const { to, subject, text } = JSON.parse(content) as Letter;
  if (to !== null) await transport.send({ id, to, subject, text, date: createdAt });
}

const kindOf = (error: unknown): string =>
  error instanceof Error ? ('code' in error ? String(error.code) : error.name) : typeof error;
