const LONGEST_REASON = 300;

/** Why somebody changes something, as it is stored, or the sentence that says why it cannot be. */
export function checkedReason(input: string): string | { invalid: string } {
  const reason = input.trim();
  return reason.length > 0 &&
    reason.length <= LONGEST_REASON &&
    reason.isWellFormed() &&
    !/\p{Cc}/u.test(reason)
    ? reason
    : { invalid: `The reason must have 1 to ${LONGEST_REASON} characters, none of them control characters.` };
}

/** The sentence that says why an override cannot end then; undefined when it can. */
export function endProblem(expiresAt: Date | null, now: Date): string | undefined {
  const latest = new Date(now);
  latest.setUTCFullYear(latest.getUTCFullYear() + 1);
  const isGood = expiresAt === null || (expiresAt > now && expiresAt <= latest);
  return isGood ? undefined : 'An override must end in the future, and within a year.';
}
