import { normalisedEmail } from '../people/email.ts';

/** A tenant about to be opened. */
export interface NewCustomer {
  slug: string;
  name: string;
  customerGroup: string;
  /** Lower case. */
  ownerEmail: string;
}

const SLUG = /^[a-z0-9](?:[a-z0-9-]{1,38})[a-z0-9]$/;
const GROUP = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
export const GROUP_FORM = 'A customer group has 1 to 40 lower-case letters, digits and inner hyphens.';
const LONGEST_NAME = 100;

export const isSlug = (text: string): boolean => SLUG.test(text);
export const isGroup = (text: string): boolean => GROUP.test(text);

/** Every refusal says what is wanted. */
export function checkedCustomer(input: {
  slug: string;
  name?: string | null;
  ownerEmail: string;
  customerGroup?: string | null;
}): NewCustomer | { invalid: string } {
  const { slug, customerGroup } = { ...input, customerGroup: input.customerGroup ?? 'standard' };
  const name = input.name?.trim() || slug;
  const ownerEmail = normalisedEmail(input.ownerEmail);
  if (!isSlug(slug)) return { invalid: 'A slug has 3 to 40 lower-case letters, digits and inner hyphens.' };
  if (name.length > LONGEST_NAME || /\p{Cc}/u.test(name))
    return { invalid: `A name has 1 to ${LONGEST_NAME} characters.` };
  if (!isGroup(customerGroup)) return { invalid: GROUP_FORM };
  if (ownerEmail === undefined) return { invalid: 'That is not an e-mail address.' };
  return { slug, name, customerGroup, ownerEmail };
}
