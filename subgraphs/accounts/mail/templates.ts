import type { Letter } from './mail.service.ts';

type Text = Omit<Letter, 'to'>;

/** Names of tenants come from people, and a subject stays one line. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();

/** What is written to people: short, plain, and with the one link that is needed. */
export const invitationMail = (tenantName: string, link: string, days: number): Text => ({
  subject: `You are invited to ${oneLine(tenantName)} on Chorus`,
  text: `Hello,

you are invited to join ${oneLine(tenantName)} on Chorus. Open this link within ${days} days to accept:

${link}

If you have an account already, use its password. If you did not expect this mail, do nothing.
`,
});

export const passwordResetMail = (link: string, minutes: number): Text => ({
  subject: 'Choose a new Chorus password',
  text: `Hello,

somebody, most likely you, asked for a new password for this address. Open this link within ${minutes} minutes to choose it:

${link}

If it was not you, do nothing: your password stays as it is.
`,
});

export const passwordChangedMail = (sessions: 'other' | 'all'): Text => ({
  subject: 'Your Chorus password was changed',
  text: `Hello,

the password for this address was changed just now, and ${sessions} sessions were ended.

If it was not you, choose a new password at once by "forgot password", and tell an admin of your tenant.
`,
});
