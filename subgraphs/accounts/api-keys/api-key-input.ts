import { allows, type Ability } from '@chorus/shared/ability.ts';
import { isNetwork } from '@chorus/shared/networks.ts';
import { assuranceOf, isTenantPermission, type Permission } from '@chorus/shared/permissions.ts';
import { checkedName } from '../names.ts';

const MAX_ADDRESSES = 50;
const MAX_SCOPES = 100;
const MAX_YEARS = 5;
/** Requests a second of every key, until plans allow more. */
const MAX_RATE = 60;

/** What a client asks for; none of it is checked. */
export interface ApiKeyInput {
  name: string;
  scopes: readonly string[];
  addresses: readonly string[];
  expiresAt: Date | null;
  rateLimit: number;
}

export const DEFAULT_RATE = MAX_RATE;

/** What of the input can be stored as it is. */
type CheckedApiKey = Pick<ApiKeyInput, 'name' | 'expiresAt' | 'rateLimit'> & { addresses: string[] };

/** The key as it will be stored but for its scopes, or the sentence that says why it cannot be. */
export function checkedApiKey(input: ApiKeyInput, now: Date): CheckedApiKey | { invalid: string } {
  const { expiresAt, rateLimit } = input;
  const name = checkedName(input.name);
  if (typeof name !== 'string') return name;
  const addresses = [...new Set(input.addresses.map((address) => address.trim()))];
  if (input.scopes.length > MAX_SCOPES) return { invalid: `A key has at most ${MAX_SCOPES} scopes.` };
  if (addresses.length > MAX_ADDRESSES) return { invalid: `A key has at most ${MAX_ADDRESSES} addresses.` };
  const wrong = addresses.find((address) => !isNetwork(address));
  if (wrong !== undefined) return { invalid: `"${wrong.slice(0, 60)}" is no address and no network.` };
  if (expiresAt !== null && !(expiresAt > now && expiresAt <= yearsAfter(now)))
    return { invalid: `The key must end in the future, and within ${MAX_YEARS} years.` };
  if (rateLimit < 1 || rateLimit > MAX_RATE)
    return { invalid: `The rate limit must be from 1 to ${MAX_RATE} requests a second.` };
  return { name, addresses, expiresAt, rateLimit };
}

function yearsAfter(now: Date): Date {
  const latest = new Date(now);
  latest.setUTCFullYear(latest.getUTCFullYear() + MAX_YEARS);
  return latest;
}

/** A scope that a key cannot have, or that its maker cannot give. */
export interface RefusedScope {
  scope: string;
  because: 'unknown' | 'needs-second-factor' | 'not-held';
}

/** The scopes, each once, or the first that cannot be given. Keys have no second factor, so what needs one is closed to them. */
export function checkedScopes(ability: Ability, asked: readonly string[]): Permission[] | RefusedScope {
  const scopes: Permission[] = [];
  for (const scope of new Set(asked)) {
    if (!isTenantPermission(scope)) return { scope: scope.slice(0, 60), because: 'unknown' };
    if (assuranceOf(scope).assurance !== 'pwd') return { scope, because: 'needs-second-factor' };
    if (!allows(ability, scope)) return { scope, because: 'not-held' };
    scopes.push(scope);
  }
  return scopes;
}
