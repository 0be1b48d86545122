import fc from 'fast-check';
import { grantsAndRows } from '@chorus/tests/harness/row-rules.ts';
import { expect, test } from 'vitest';
import { abilityOf, allows, rowAllowed } from './ability.ts';
import { memberRules, type Asked } from './caller-rules.ts';
import { explainer } from './explain.ts';
import { newId } from './id.ts';

const memberId = newId();
const seed = Number(process.env['CHORUS_TEST_SEED'] ?? Date.now() % 2 ** 31);

test(`an explanation says what the rules decide, and names a grant that says it (1,000 cases, seed ${seed})`, () => {
  const decided = { true: 0, false: 0 };
  const property = fc.property(grantsAndRows, ({ tenantId, permission, held, wanted, rows }) => {
    const roles = {
      [newId()]: { name: 'one', grants: held },
      [newId()]: { name: 'other', grants: [wanted] },
    };
    const member = { roles: Object.keys(roles).map((role) => ({ role })), groups: [] };
    const asked: Asked = { tenantId, accounts: { roles, groups: {} }, member, memberId, nowS: 0 };
    const [ability, explained] = [abilityOf(memberRules(asked)), explainer(asked, permission)];
    expect(explained.decide().allowed).toBe(allows(ability, permission));
    for (const row of rows) {
      const { allowed, grant } = explained.decide(row);
      expect(allowed).toBe(rowAllowed(ability, permission, row));
      const said = grant?.effect ?? 'nothing';
      expect(allowed ? ['allow'] : ['deny', 'nothing']).toContain(said);
      decided[`${allowed}`] += 1;
    }
  });
  fc.assert(property, { numRuns: 1_000, seed });
  expect(Math.min(decided.true, decided.false)).toBeGreaterThan(1_000);
});
