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

/** What happened to somebody's account, for the case that it was not them. */
const notice = (subject: string, happened: string): Text => ({
  subject,
  text: `Hello,

${happened}

If you did not expect this, choose a new password at once by "forgot password", and tell an admin of your tenant.
`,
});

export const passwordChangedMail = (sessions: 'other' | 'all'): Text =>
  notice(
    'Your Chorus password was changed',
    `the password for this address was changed just now, and ${sessions} sessions were ended.`,
  );

export const factorEnrolledMail = (): Text =>
  notice(
    'An authenticator app was added to your Chorus account',
    'an authenticator app was added for this address just now. Apps and recovery codes from before are worth nothing any more.',
  );

export const factorRemovedMail = (): Text =>
  notice(
    'Your second factor for Chorus was removed',
    'the second factor for this address was removed just now with its recovery codes, and other sessions were ended.',
  );

export const factorResetMail = (): Text =>
  notice(
    'Your second factor for Chorus was reset',
    'an admin of your tenant removed the second factor for this address just now, and all sessions were ended. Your password is enough to sign in and add a new one.',
  );

export const recoveryCodeUsedMail = (left: number): Text =>
  notice(
    'A recovery code was used for your Chorus account',
    `a recovery code for this address was used just now. Unused codes left: ${left}.`,
  );

export const sessionStolenMail = (): Text =>
  notice(
    'Your Chorus session was ended',
    'a token of one of your sessions was used twice, as happens when somebody copied it; so your session was ended. Sign in again to go on.',
  );
