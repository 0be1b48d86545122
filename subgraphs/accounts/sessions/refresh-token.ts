import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isId } from '@chorus/shared/id.ts';
import { derivedKey } from '../encryption/derived-key.ts';

const FORMAT = /^([0-9a-f-]{36})\.(0|[1-9]\d{0,8})\.([A-Za-z0-9_-]{43})$/;
const PURPOSE = 'chorus refresh token';

/** A random family; with the master key it makes every refresh token of one session. */
export const newFamily = (): string => randomBytes(32).toString('base64url');

export interface Presented {
  sessionId: string;
  counter: number;
  mac: string;
}

/** Undefined for anything that is not a well-formed token. */
export function parseRefreshToken(token: string | undefined): Presented | undefined {
  const [, sessionId, counter, mac] = FORMAT.exec(token ?? '') ?? [];
  if (sessionId === undefined || mac === undefined || !isId(sessionId)) return undefined;
  return { sessionId, counter: Number(counter), mac };
}

/** The same for the same counter, so that a token can be repeated without being stored. */
export const refreshToken = (
  { sessionId, family }: { sessionId: string; family: string },
  counter: number,
  secret: Buffer,
): string => `${sessionId}.${counter}.${macOf(family, counter, secret)}`;

export const isGenuine = ({ counter, mac }: Presented, family: string, secret: Buffer): boolean =>
  timingSafeEqual(Buffer.from(macOf(family, counter, secret)), Buffer.from(mac));

function macOf(family: string, counter: number, secret: Buffer): string {
  const familyKey = createHmac('sha256', derivedKey(secret, PURPOSE)).update(family).digest();
  return createHmac('sha256', familyKey).update(String(counter)).digest('base64url');
}
