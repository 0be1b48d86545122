import { newId } from '@chorus/shared/id.ts';
import { createLog } from '@chorus/shared/log.ts';
import { memberRecordKind, PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { expect, test } from 'vitest';
import type { Caller } from '../caller.ts';
import type { Identified } from '../request.ts';
import { memoryBus } from '../testing-bus.ts';
import { productPolicies, tenant, watchRecords } from './tenant.ts';

const SESSION = { sessionId: null, amr: [], authTime: null, mfaAt: null };

const member = (tenantId: string, subject: string): Caller => ({
  ...SESSION,
  kind: 'member',
  tenantId,
  subject,
  version: 0,
});

const keyOf = (tenantId: string, owner: string): Caller => {
  const about = { scopes: [], roles: [], rateLimit: 1 };
  return { ...about, kind: 'key', tenantId, subject: newId(), owner };
};

/** The policies a caller meets by the records; it acts for a member with that seat. */
async function met(seatType: string, callerOf: (tenantId: string, memberId: string) => Caller) {
  const [bus, tenantId, memberId] = [memoryBus(), newId(), newId()];
  for (const place of [tenantId, PLATFORM_TENANT]) {
    const record = { slug: 'a', active: true, customerGroup: 'g', roles: {}, groups: {}, endedSessions: {} };
    bus.put('accounts', place, record);
    bus.put(memberRecordKind(memberId), place, { active: true, seatType, roles: [], groups: [] });
  }
  const stage = tenant(watchRecords(bus, createLog('t', 'silent')));
  const request = {
    caller: callerOf(tenantId, memberId),
    operation: { kind: 'query' },
  } as Partial<Identified>;
  const { rights } = await stage(request as Identified);
  return ['person', 'full_seat', 'nope', 'constructor', '__proto__'].filter((name) => rights.policy(name));
}

test('a member is a person, and has the seat that the record says', async () => {
  expect(await met('full', member)).toEqual(['person', 'full_seat']);
  expect(await met('light', member)).toEqual(['person']);
  expect(await met('', member)).toEqual(['person']);
});

test('a key is no person, and has the seat of its owner', async () => {
  expect(await met('full', keyOf)).toEqual(['full_seat']);
  expect(await met('light', keyOf)).toEqual([]);
});

test('staff are persons without a seat', async () => {
  expect(await met('full', (_, id) => member(PLATFORM_TENANT, id))).toEqual(['person']);
});

test('who is nobody, or holds a token of another issuer, meets no policy of the product', async () => {
  expect(await met('full', () => ({ kind: 'anonymous' }))).toEqual([]);
  const token = { ...SESSION, issuer: null, scopes: [], claims: {} };
  expect(await met('full', (tenantId, subject) => ({ ...token, kind: 'token', tenantId, subject }))).toEqual(
    [],
  );
});

test('the product knows its own policies and no others', () => {
  const names = ['person', 'full_seat', 'Person', 'nope', 'constructor', '__proto__', ''];
  expect(names.filter(productPolicies.known)).toEqual(['person', 'full_seat']);
});
