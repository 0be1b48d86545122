import { ConfigError, type Environment } from '@chorus/shared/config.ts';
import type { EventBus } from '@chorus/shared/event-bus.ts';
import type { BillingRecord } from '@chorus/shared/records.ts';
import type { Services } from './context.ts';
import { emlFiles } from './mail/eml-files.ts';
import type { MailTransport } from './mail/mailer.ts';
import { parseMailbox } from './mail/message.ts';

/** The seats of a tenant as the record of billing tells them. */
export const seatsOver = (bus: EventBus): Services['seats'] => {
  const billing = billingOver(bus);
  return async (tenantId) => (await billing(tenantId))?.seats;
};

/** What billing's record tells of a tenant. */
export const billingOver =
  (bus: EventBus): Services['billing'] =>
  async (tenantId) =>
    (await bus.record('billing', tenantId))?.body as BillingRecord | undefined;

/** Where links in mails lead, without a slash at its end. */
export function appUrl(env: Environment): string {
  const text = env.optional('APP_URL') ?? 'http://localhost:3000';
  if (/^https?:\/\/[^\s?#]+$/.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '');
  throw new ConfigError('APP_URL must look like https://app.example.com.');
}

/** How mails leave this installation: into files, for now. */
export function mailTransport(env: Environment): MailTransport {
  const from = parseMailbox(env.optional('MAIL_FROM') ?? 'Chorus <no-reply@chorus.test>');
  if (from === undefined) throw new ConfigError('MAIL_FROM must look like Chorus <no-reply@example.com>.');
  return emlFiles(env.required('MAIL_DIR'), from);
}
