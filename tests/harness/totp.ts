import { setTimeout as sleep } from 'node:timers/promises';
import { generateSync } from 'otplib';

const STEP_S = 30;
/** A code that is about to end could end on its way. */
const MARGIN_S = 5;

/** The codes an authenticator shows, each good for once; two in a row without waiting, since the step before still counts. */
export function totpCodes(secret: string) {
  let last = 0;
  return {
    next: async (): Promise<string> => {
      for (;;) {
        const now = Date.now() / 1000;
        const step = Math.max(Math.floor(now / STEP_S) - 1, last + 1);
        const current = Math.floor(now / STEP_S);
        const endsInS = (step + 2) * STEP_S - now;
        if (step <= current && endsInS > MARGIN_S) {
          last = step;
          return generateSync({ secret, epoch: step * STEP_S });
        }
        await sleep(Math.min(1, step <= current ? endsInS : step * STEP_S - now) * 1000);
      }
    },
  };
}
