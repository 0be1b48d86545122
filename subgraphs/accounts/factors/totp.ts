import { generateSecret, generateURI, verifySync } from 'otplib';

/** A code counts in its own half minute and the next: people type slowly, and no clock may run ahead of ours. */
const TOLERANCE_S: [number, number] = [30, 0];

export const newTotpSecret = (): string => generateSecret();

/** What the picture for an authenticator app says. */
export const totpUri = (secret: string, email: string): string =>
  generateURI({ issuer: 'Chorus', label: email, secret });

/** The time step a code belongs to; undefined for a wrong, malformed or already taken one, without a hint which. */
export function totpStep(seed: string, code: string, lastStep: number): number | undefined {
  const token = code.slice(0, 16).replaceAll(' ', '');
  try {
    const result = verifySync({ secret: seed, token, epochTolerance: TOLERANCE_S, afterTimeStep: lastStep });
    return result.valid && 'timeStep' in result ? result.timeStep : undefined;
  } catch {
    return undefined;
  }
}
