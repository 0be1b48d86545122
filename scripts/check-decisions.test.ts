import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { decisionProblems, headings } from './check-decisions.ts';

const template = '# Title\n## Context\n## Checklist\n### Cost\n### Security\n## Owner\n';
const page =
  '# A\nText.\n## Context\nText.\n## Checklist\n### Cost\nText.\n### Security\nText.\n## Owner\nUs.\n';

test('a page with all headings filled in is fine', () => {
  expect(decisionProblems(page, template)).toEqual([]);
});

test('a missing heading is named', () => {
  expect(decisionProblems(page.replace('### Cost\nText.\n', ''), template)).toEqual([
    'the heading "Cost" is missing',
  ]);
});

test.each(['', '\n', '<!-- later -->\n', '<!-- on\nseveral lines -->\n'])(
  'a heading above %j is empty',
  (nothing) => {
    expect(
      decisionProblems(page.replace('### Security\nText.\n', `### Security\n${nothing}`), template),
    ).toEqual(['nothing stands below "Security"']);
  },
);

test('a heading of the page alone must not be empty either', () => {
  expect(decisionProblems(`${page}## Links\n`, template)).toEqual(['nothing stands below "Links"']);
});

test('a comment line in a code block is not a heading', () => {
  expect(headings('# A\n```sh\n# not a heading\n```\n').map(({ title }) => title)).toEqual(['A']);
});

const script = join(import.meta.dirname, 'check-decisions.ts');
const folder = join(import.meta.dirname, '../docs/decisions');

test('the script ends with 1 and names file and heading', () => {
  const copy = mkdtempSync(join(tmpdir(), 'chorus-decisions-'));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  copyFileSync(join(folder, 'TEMPLATE.md'), join(copy, 'TEMPLATE.md'));
  writeFileSync(join(copy, '0001-empty.md'), readFileSync(join(folder, 'TEMPLATE.md')));

  const { status, stderr } = spawnSync(process.execPath, [script, copy], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain('0001-empty.md: nothing stands below "Context".');
});
