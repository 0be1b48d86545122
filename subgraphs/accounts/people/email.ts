/** Spaces, and what means something else in the header of a mail, are no part of an address here. */
const EMAIL = /^[^\s@\p{Cc}<>()[\]\\,;:"]{1,64}@[^\s@\p{Cc}<>()[\]\\,;:"]{1,189}$/u;

/** Whether an address can exist at all; asked before a database or a mail sees it. */
export const isEmail = (text: string): boolean => text.isWellFormed() && EMAIL.test(text);

/** The form in which addresses are kept and compared; undefined for what cannot be one. */
export function normalisedEmail(text: string): string | undefined {
  const address = text.length > 254 ? '' : text.trim().toLowerCase();
  return isEmail(address) ? address : undefined;
}
