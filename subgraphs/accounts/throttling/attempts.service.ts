import { createHmac } from 'node:crypto';
import type { Context } from '../context.ts';
import { derivedKey } from '../encryption/derived-key.ts';
import { countAttempt, settleAttempt } from './attempts.queries.ts';
import { LIMITS, type Counter, type Limit } from './limits.ts';
import { networkOf } from './network.ts';

const PURPOSE = 'chorus attempts';

/** An attempt that was counted already, before anything about it is verified. */
export interface Attempt {
  /** When false it is not verified, but answered as a failure and by the same path. */
  open: boolean;
  /** To be called once it proved right. */
  succeeded(): Promise<void>;
  /** To be called when it could not be verified at all, such as under overload. */
  abandoned(): Promise<void>;
}

/** What passwords are counted for: staff apart from people of customers with the same address, which has no space. */
export const accountOf = (email: string, staff: boolean): string => (staff ? `staff ${email}` : email);

/** One password for one account, known or not. */
export function passwordAttempt(ctx: Context, account: string): Promise<Attempt> {
  const network = networkHere(ctx);
  const known = counter(ctx, LIMITS.known, account, network);
  return attempted(ctx, [
    counter(ctx, LIMITS.accountHere, account, network),
    ...perNetwork(ctx, LIMITS.network, network),
    { ...counter(ctx, LIMITS.accountAnywhere, account), unless: known.key },
    known,
  ]);
}

/** One code for one factor of a person. */
export function codeAttempt(ctx: Context, personId: string, factor: Factor): Promise<Attempt> {
  const [window, straight] = factorCounters(ctx, personId, factor);
  return attempted(ctx, [window, ...perNetwork(ctx, LIMITS.network, networkHere(ctx)), straight]);
}

/** One challenge that is not ours, and so no factor's. */
export const challengeAttempt = (ctx: Context): Promise<Attempt> =>
  attempted(ctx, perNetwork(ctx, LIMITS.network, networkHere(ctx)));

/** One refresh token. */
export const refreshAttempt = (ctx: Context): Promise<Attempt> =>
  attempted(ctx, perNetwork(ctx, LIMITS.refresh, networkHere(ctx)));

/** What codes are counted for; a seed that is not confirmed yet has nothing to do with the one in use. */
export type Factor = 'totp' | 'recovery-code' | 'totp-enrolment';
/** One mail with a link for a new password, to an address known or not; it never succeeds, for it is what is limited. */
export const resetRequestAttempt = (ctx: Context, email: string): Promise<Attempt> =>
  attempted(ctx, [
    ...perNetwork(ctx, LIMITS.resetNetwork, networkHere(ctx)),
    counter(ctx, LIMITS.resetAccount, email),
  ]);

/** One invitation of the caller's tenant to an address. */
export const invitationAttempt = (ctx: Context, email: string): Promise<Attempt> =>
  attempted(ctx, [counter(ctx, LIMITS.invitation, ctx.tenantId, email)]);

/** One token of a mail. */
export const mailedTokenAttempt = (ctx: Context): Promise<Attempt> =>
  attempted(ctx, perNetwork(ctx, LIMITS.mailedToken, networkHere(ctx)));

const FACTORS: readonly Factor[] = ['totp', 'recovery-code', 'totp-enrolment'];

/**
 * Forgets the failures of a person's codes, and of passwords for the address from networks it never signed in from;
 * those from one network end by themselves.
 */
export function forgetFailures(ctx: Context, personId: string, email: string): Promise<void> {
  const anywhere = { ...counter(ctx, LIMITS.accountAnywhere, email), onSuccess: 'reset' } as const;
  const counters = FACTORS.flatMap((factor) => factorCounters(ctx, personId, factor));
  return settleAttempt(ctx.database.statements(null), [...counters, anywhere]);
}

async function attempted(ctx: Context, counters: readonly Counter[]): Promise<Attempt> {
  const db = ctx.database.statements(null);
  const open = counters.length === 0 || (await countAttempt(db, counters));
  const settle = async (settled: readonly Counter[]) => {
    if (open && settled.length > 0) await settleAttempt(db, settled);
  };
  return { open, succeeded: () => settle(counters), abandoned: () => settle(takenBack(counters)) };
}

const takenBack = (counters: readonly Counter[]): Counter[] =>
  counters
    .filter(({ onSuccess }) => onSuccess !== 'remember')
    .map((counted) => ({ ...counted, onSuccess: 'refund' }));

const factorCounters = (ctx: Context, personId: string, factor: Factor): [Counter, Counter] => [
  counter(ctx, LIMITS.factor, personId, factor),
  counter(ctx, LIMITS.factorStraight, personId, factor),
];

const networkHere = ({ request: { clientAddress = '' } }: Context) => networkOf(clientAddress);

/** Without an address there is nobody to count; the account still is. */
const perNetwork = (ctx: Context, limit: Limit, network: string) =>
  network === '' ? [] : [counter(ctx, limit, network)];

function counter(ctx: Context, limit: Limit, ...whom: string[]): Counter {
  const mac = createHmac('sha256', derivedKey(ctx.services.secret, PURPOSE));
  return { ...limit, key: mac.update(JSON.stringify(whom)).digest('base64url') };
}
