/** `npm run staff -- invite E-MAIL`: invites somebody to the staff of the platform. */
import { normalisedEmail } from '@chorus/accounts/people/email.ts';
import { inviteStaff } from '@chorus/accounts/platform/platform.service.ts';
import { ConfigError } from '@chorus/shared/config.ts';
import { withInstallation } from './platform/installation.ts';

await withInstallation(invitee, async (installation, email) => {
  const outcome = await inviteStaff(installation, email);
  if (outcome === 'already-member') throw new ConfigError(`${email} is staff already.`);
  return `staff: the invitation for ${email} goes out as mail while Chorus runs`;
});

function invitee([command, address = '', ...more]: string[]): string {
  const email = normalisedEmail(address);
  if (command === 'invite' && email !== undefined && more.length === 0) return email;
  throw new ConfigError('The command line is npm run staff -- invite E-MAIL');
}
