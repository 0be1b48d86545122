import type { Identity } from '@chorus/shared/identity.ts';
import type { MemberRecord } from '@chorus/shared/records.ts';
import type { Policies } from '../caller.ts';

/** What policies of the product are asked about: who calls, and the member who calls or who owns the key. */
export interface KnownMember {
  identity: Identity;
  member: MemberRecord;
}

const POLICIES = new Map<string, (about: KnownMember) => boolean>([
  // Somebody who signed in, and no key.
  ['person', ({ identity: { kind } }) => kind === 'member' || kind === 'staff'],
  // Staff have no seat of a tenant, whatever their record says.
  ['full_seat', ({ identity: { kind }, member: { seatType } }) => kind !== 'staff' && seatType === 'full'],
]);

/** The policies `@policy` can name in the product's schemas. */
export const productPolicies: Policies<KnownMember> = {
  known: (name) => POLICIES.has(name),
  metBy: (about) => new Set([...POLICIES].filter(([, isMet]) => isMet(about)).map(([name]) => name)),
};
