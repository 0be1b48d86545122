/** One thing a request was denied, as the gateway saw it. */
export interface DeniedField {
  /** Such as `Mutation.createRole`. */
  field: string;
  /** What was missing, or what a second factor was wanted for; left out where the schema names no permission. */
  permission?: string;
  reason: 'forbidden' | 'mfa-required';
}

/** What the gateway denied one request; event `access.denied` of the gateway. */
export interface AccessDenied {
  actor: { kind: 'member' | 'key' | 'staff'; id: string };
  /** Each permission once, and each field that names none. */
  denials: readonly DeniedField[];
  /** How many more requests of that caller within the second this stands for. */
  more?: number;
  origin: { requestId: string; clientAddress: string; userAgent?: string };
}
