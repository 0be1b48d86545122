/** `npm run staff -- invite|remove|reset E-MAIL`: who the staff of the platform are. */
import { normalisedEmail } from '@chorus/accounts/people/email.ts';
import { inviteStaff, removeStaff, resetStaffFactors } from '@chorus/accounts/platform/staff.service.ts';
import { ConfigError } from '@chorus/shared/config.ts';
import { withInstallation } from './platform/installation.ts';

const USAGE = `npm run staff -- COMMAND E-MAIL
  invite    a mail with which somebody joins the staff
  remove    holds nothing any more and is signed out
  reset     for a lost phone: the second factor is enrolled again at the next sign-in`;

const COMMANDS = {
  invite: { run: inviteStaff, done: 'the invitation goes out as mail while Chorus runs' },
  remove: { run: removeStaff, done: 'removed and signed out' },
  reset: { run: resetStaffFactors, done: 'enrols a second factor at the next sign-in' },
} as const;

await withInstallation(wanted, async (installation, { command, email }) => {
  const { run, done } = COMMANDS[command];
  const outcome = await run(installation, email);
  if (outcome === 'already-member') throw new ConfigError(`${email} is staff already.`);
  if (outcome === 'unknown') throw new ConfigError(`${email} is not staff.`);
  return `staff: ${email}: ${done}`;
});

function wanted([command = '', address = '', ...more]: string[]) {
  const email = normalisedEmail(address);
  if (isCommand(command) && email !== undefined && more.length === 0) return { command, email };
  throw new ConfigError(USAGE);
}

function isCommand(name: string): name is keyof typeof COMMANDS {
  return Object.hasOwn(COMMANDS, name);
}
