/**
 * `npm run tenant -- create SLUG --owner E-MAIL`: opens a tenant and invites its owner; the way to the first one.
 * `invite` sends an owner's invitation again, or to somebody else.
 */
import { parseArgs } from 'node:util';
import { checkedCustomer, type NewCustomer } from '@chorus/accounts/platform/customer-input.ts';
import { OPERATOR } from '@chorus/accounts/platform/operator.ts';
import { inviteOwner, openCustomer } from '@chorus/accounts/platform/platform.service.ts';
import { ConfigError } from '@chorus/shared/config.ts';
import { withInstallation } from './platform/installation.ts';

const USAGE = 'npm run tenant -- create|invite SLUG --owner E-MAIL [--name NAME] [--group GROUP]';

await withInstallation(wanted, async (installation, { command, customer }) => {
  const { slug, ownerEmail } = customer;
  const outcome =
    command === 'create'
      ? await openCustomer({ ...installation, actor: OPERATOR }, customer)
      : await inviteOwner(installation, slug, ownerEmail);
  if (outcome === 'slug-taken') throw new ConfigError(`There is a tenant "${slug}" already.`);
  if (outcome === 'unknown') throw new ConfigError(`There is no tenant "${slug}".`);
  if (outcome === 'already-member') throw new ConfigError(`${ownerEmail} is a member of ${slug} already.`);
  const opened = command === 'create' ? `${slug} is open; ` : '';
  return `tenant: ${opened}the invitation for ${ownerEmail} goes out as mail while Chorus runs`;
});

function wanted(args: string[]): { command: 'create' | 'invite'; customer: NewCustomer } {
  const { positionals, values } = parsed(args);
  const [command, slug, ...more] = positionals;
  if (command !== 'create' && command !== 'invite') throw new ConfigError(`The command line is ${USAGE}`);
  if (slug === undefined || values.owner === undefined || more.length > 0)
    throw new ConfigError(`The command line is ${USAGE}`);
  const { owner: ownerEmail, name = null, group: customerGroup = null } = values;
  const customer = checkedCustomer({ slug, ownerEmail, name, customerGroup });
  if ('invalid' in customer) throw new ConfigError(customer.invalid);
  return { command, customer };
}

function parsed(args: string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args, allowPositionals: true, options: { owner: text, name: text, group: text } });
  } catch {
    throw new ConfigError(`The command line is ${USAGE}`);
  }
}
