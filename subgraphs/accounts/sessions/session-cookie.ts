import type { Context } from '../context.ts';

const NAME = 'chorus_refresh';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** Browsers refuse Secure, and with it the `__Host-` prefix, over plain http: given up on a developer's machine only. */
const isSecure = ({ request: { scheme, clientAddress = '' }, services }: Context) =>
  services.production || scheme !== 'http' || !LOOPBACK.test(clientAddress);

const nameFor = (ctx: Context) => (isSecure(ctx) ? `__Host-${NAME}` : NAME);

/** Whether the caller is a browser that wants its refresh token out of reach of scripts. */
const wantsCookie = (ctx: Context) => ctx.request.sessionMode === 'cookie';

/** The token the caller sent: as input, or in the cookie by those who keep it there. */
export function presentedToken(ctx: Context, input: string | null | undefined): string | undefined {
  if (input !== null && input !== undefined) return input;
  if (!wantsCookie(ctx)) return undefined;
  const start = `${nameFor(ctx)}=`;
  const pairs = (ctx.request.cookies ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(start))?.slice(start.length);
}

/** Hands the token over where the caller wants it: null when it went into the cookie. */
export function deliverToken(ctx: Context, token: string, maxAgeS: number): string | null {
  if (!wantsCookie(ctx)) return token;
  setCookie(ctx, token, maxAgeS);
  return null;
}

/** A token that can never be used again has no business in a browser. */
export function forgetToken(ctx: Context): void {
  if (wantsCookie(ctx)) setCookie(ctx, '', 0);
}

function setCookie(ctx: Context, value: string, maxAgeS: number): void {
  const attributes = ['Path=/', `Max-Age=${maxAgeS}`, 'HttpOnly', 'SameSite=Strict'];
  if (isSecure(ctx)) attributes.push('Secure');
  ctx.request.setHeader('set-cookie', [`${nameFor(ctx)}=${value}`, ...attributes].join('; '));
}
