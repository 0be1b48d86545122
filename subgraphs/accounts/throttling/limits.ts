const QUARTER_HOUR_S = 900;
const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;
const QUARTER_YEAR_S = 90 * DAY_S;

/** How many attempts of one kind may fail. */
export interface Limit {
  kind: string;
  /** So many in one window, which begins with the first of them. */
  max: number;
  windowS: number;
  /** How long the next attempt waits after the first, second, ...; no pause lasts longer than the window. */
  pausesS: readonly number[];
  /** Own counters begin anew after a success; those shared with others only take this attempt back. */
  onSuccess: 'reset' | 'refund' | 'remember';
}

/** A limit for somebody; `key` is hashed. */
export interface Counter extends Limit {
  key: string;
  /** Not counted while this counter, of the kind `known`, is remembered. */
  unless?: string;
}

/**
 * Everything that limits guessing. An account is limited strictly per network it is tried from, and loosely over all
 * networks it never signed in from: whoever hammers from elsewhere cannot keep its owner out. Nothing but a factor's
 * straight failures, which only somebody with the password can cause, outlasts a quarter of an hour, and nothing a day:
 * a sole owner has nobody above who could unlock them.
 */
export const LIMITS = {
  /** One e-mail address from one network: five, after a minute one more, then none until the window ends. */
  accountHere: {
    kind: 'account-here',
    max: 6,
    windowS: QUARTER_HOUR_S,
    pausesS: [0, 0, 0, 0, 60],
    onSuccess: 'reset',
  },
  /** One e-mail address from all networks without a sign-in of it. */
  accountAnywhere: {
    kind: 'account-anywhere',
    max: 50,
    windowS: QUARTER_HOUR_S,
    pausesS: [],
    onSuccess: 'refund',
  },
  /** Mails to one address with a link for a new password. */
  resetAccount: { kind: 'reset-account', max: 3, windowS: HOUR_S, pausesS: [], onSuccess: 'refund' },
  /** The same from one network, for whatever addresses. */
  resetNetwork: { kind: 'reset-network', max: 30, windowS: HOUR_S, pausesS: [], onSuccess: 'refund' },
  /** Invitations of one tenant to one address. */
  invitation: { kind: 'invitation', max: 10, windowS: HOUR_S, pausesS: [], onSuccess: 'refund' },
  /** All tokens of mails from one network. */
  mailedToken: { kind: 'mailed-token', max: 100, windowS: QUARTER_HOUR_S, pausesS: [], onSuccess: 'refund' },
  /** All passwords and codes from one network. */
  network: { kind: 'network', max: 100, windowS: QUARTER_HOUR_S, pausesS: [], onSuccess: 'refund' },
  /** All refresh tokens from one network. */
  refresh: { kind: 'refresh', max: 100, windowS: QUARTER_HOUR_S, pausesS: [], onSuccess: 'refund' },
  /** One factor of one person, over all challenges and sessions. */
  factor: { kind: 'factor', max: 5, windowS: QUARTER_HOUR_S, pausesS: [], onSuccess: 'reset' },
  /** One factor's failures without a success between: 20 a day of 10^6 codes, two at a time, are 1 in 25,000 a day. */
  factorStraight: { kind: 'factor-straight', max: 20, windowS: DAY_S, pausesS: [], onSuccess: 'reset' },
  /** Not a limit: that an account has signed in from a network. */
  known: { kind: 'known', max: 0, windowS: QUARTER_YEAR_S, pausesS: [], onSuccess: 'remember' },
} as const satisfies Record<string, Limit>;
