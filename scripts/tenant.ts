/** `npm run tenant -- create SLUG --owner E-MAIL`: opens a tenant and invites its owner; the way to the first one. */
import { parseArgs } from 'node:util';
import { checkedCustomer, type NewCustomer } from '@chorus/accounts/platform/customer-input.ts';
import { openCustomer, OPERATOR } from '@chorus/accounts/platform/platform.service.ts';
import { ConfigError } from '@chorus/shared/config.ts';
import { withInstallation } from './platform/installation.ts';

const USAGE = 'npm run tenant -- create SLUG --owner E-MAIL [--name NAME] [--group GROUP]';

await withInstallation(wanted, async (installation, customer) => {
  const opened = await openCustomer({ ...installation, actor: OPERATOR }, customer);
  if (opened === 'slug-taken') throw new ConfigError(`There is a tenant "${customer.slug}" already.`);
  return `tenant: ${customer.slug} is open; the invitation for ${customer.ownerEmail} goes out as mail while Chorus runs`;
});

function wanted(args: string[]): NewCustomer {
  const { positionals, values } = parsed(args);
  const [command, slug, ...more] = positionals;
  if (command !== 'create' || slug === undefined || values.owner === undefined || more.length > 0)
    throw new ConfigError(`The command line is ${USAGE}`);
  const { owner: ownerEmail, name, group: customerGroup } = values;
  const checked = checkedCustomer({
    slug,
    ownerEmail,
    name: name ?? null,
    customerGroup: customerGroup ?? null,
  });
  if ('invalid' in checked) throw new ConfigError(checked.invalid);
  return checked;
}

function parsed(args: string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args, allowPositionals: true, options: { owner: text, name: text, group: text } });
  } catch {
    throw new ConfigError(`The command line is ${USAGE}`);
  }
}
