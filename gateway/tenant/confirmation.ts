const CONFIRMED_MS = 2000;
const TOLERATED_MS = 5 * 60_000;

/** How far what is held can be believed, judged by the bus's heartbeat. */
export interface Confirmation {
  beat: () => void;
  /** Heard within two seconds: every change has been told. */
  confirmed: () => boolean;
  /** Heard within five minutes: good enough to go on reading. */
  tolerable: () => boolean;
  ageSeconds: () => number;
}

export function confirmation(now: () => number): Confirmation {
  let last = Number.NEGATIVE_INFINITY;
  const age = () => now() - last;
  return {
    beat: () => {
      last = now();
    },
    confirmed: () => age() <= CONFIRMED_MS,
    tolerable: () => age() <= TOLERATED_MS,
    ageSeconds: () => age() / 1000,
  };
}
