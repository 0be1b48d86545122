import { assuranceOf, isTenantPermission } from '@chorus/shared/permissions.ts';
import { expect, test } from 'vitest';
import { declaredRules } from '../harness/declared-rules.ts';
import { partnerContract, subgraphsOf } from '../harness/partner-contract.ts';

const contract = partnerContract();
const among = (type: string) =>
  [...contract].filter((coordinate) => coordinate.startsWith(`${type}.`)).map((one) => one.split('.')[1]);

test('partners read mentions, trackers, pages and volumes, and manage what a key can manage', () => {
  expect(new Set(among('Query'))).toEqual(
    new Set(['tenant', 'mentions', 'mention', 'trackers', 'tracker', 'suggestPages', 'mentionVolume']),
  );
  expect(new Set(among('Mutation'))).toEqual(new Set(['updateMentions', 'createTracker', 'deleteTracker']));
  expect(new Set(among('Tenant'))).toEqual(new Set(['id', 'slug', 'name']));
});

test('what partners reach is enough to work with', () => {
  for (const coordinate of [
    'Mention.text',
    'Mention.trackers',
    'MentionConnection.pageInfo',
    'PageInfo.endCursor',
    'MentionFilter.status',
    'MentionStatus.OPEN',
    'UpdateMentionsInput.ids',
    'MentionsUpdated.mentions',
    'Tracker.volume',
    'DayCount.count',
    'Page.handle',
    'CreateTrackerInput.handles',
    'TrackerInvalid.message',
    'TrackerDeleted.id',
  ])
    expect(contract).toContain(coordinate);
});

test('of what accounts and billing know about people, rights, security and money only the name of the tenant is reached', () => {
  const known = Object.entries(subgraphsOf)
    .filter(
      ([, names]) => names.length > 0 && names.every((name) => name === 'ACCOUNTS' || name === 'BILLING'),
    )
    .map(([type]) => type);
  expect(known).toEqual(
    expect.arrayContaining(['Role', 'Group', 'Viewer', 'SessionInfo', 'SecurityPolicy', 'Factors']),
  );
  expect(known).toEqual(
    expect.arrayContaining(['ApiKey', 'Invitation', 'AuditEvent', 'Customer', 'Plan', 'Money']),
  );
  expect(known.filter((type) => contract.has(type))).toEqual(['Tenant']);
});

test('partners do not see who works on what, nor what is not for everybody yet', () => {
  for (const coordinate of [
    'Member',
    'Mention.assignee',
    'UpdateMentionsInput.assigneeId',
    'Tenant.subscription',
    'Tracker.busiestDay',
    'TrackerShare',
  ])
    expect(contract).not.toContain(coordinate);
});

test('a key can be given every permission the contract asks for', () => {
  const scopes = [...contract].flatMap((coordinate) => declaredRules.get(coordinate)?.scopes ?? []);
  expect(scopes.length).toBeGreaterThan(0);
  for (const scope of scopes) {
    expect(isTenantPermission(scope)).toBe(true);
    expect(isTenantPermission(scope) && assuranceOf(scope).assurance).toBe('pwd');
  }
});
