const MAX_NAME = 100;

/** A name that people give something, as it will be stored, or the sentence that says why it cannot be. */
export function checkedName(input: string): string | { invalid: string } {
  const name = input.trim().replaceAll(/\s+/gu, ' ');
  return name.length > 0 && name.length <= MAX_NAME && name.isWellFormed() && !/\p{Cc}/u.test(name)
    ? name
    : { invalid: `The name must have 1 to ${MAX_NAME} characters, none of them control characters.` };
}
