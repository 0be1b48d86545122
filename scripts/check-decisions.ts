/** `node scripts/check-decisions.ts [FOLDER]`: every decision page has all headings of TEMPLATE.md, none of them empty. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const TEMPLATE = 'TEMPLATE.md';

interface Heading {
  level: number;
  title: string;
  /** The text below it, without that of its sub-headings, comments and blank space. */
  text: string;
}

/** The headings of a page in order; lines inside a code fence are text. */
export function headings(page: string): Heading[] {
  const found: Heading[] = [];
  let fenced = false;
  for (const line of page.replaceAll(/<!--[\s\S]*?-->/g, '').split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    const [, marks, title] = (fenced ? null : /^(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line)) ?? [];
    const last = found.at(-1);
    if (marks !== undefined && title !== undefined) found.push({ level: marks.length, title, text: '' });
    else if (last !== undefined) last.text += line.trim();
  }
  return found;
}

/** A heading holds something when it or one of its sub-headings has text. */
function isEmpty(all: readonly Heading[], index: number): boolean {
  const { level = 0, text = '' } = all[index] ?? {};
  if (text !== '') return false;
  const next = all.slice(index + 1);
  const end = next.findIndex((heading) => heading.level <= level);
  return next.slice(0, end === -1 ? undefined : end).every((heading) => heading.text === '');
}

/** What is wrong with a decision page: headings of the template that are missing, and any heading without text. */
export function decisionProblems(page: string, template: string): string[] {
  const all = headings(page);
  const titles = new Set(all.map(({ title }) => title));
  const needed = headings(template).filter(({ level }) => level > 1);
  return [
    ...needed
      .filter(({ title }) => !titles.has(title))
      .map(({ title }) => `the heading "${title}" is missing`),
    ...all.filter((_, index) => isEmpty(all, index)).map(({ title }) => `nothing stands below "${title}"`),
  ];
}

/** What is wrong with the pages of a folder, one sentence each. */
function folderProblems(folder: string): string[] {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const pages = readdirSync(folder).filter((file) => file.endsWith('.md') && file !== TEMPLATE);
  if (pages.length === 0) return ['docs/decisions: there is no decision page.'];
  return pages
    .toSorted()
    .flatMap((file) =>
      decisionProblems(read(file), read(TEMPLATE)).map((problem) => `docs/decisions/${file}: ${problem}.`),
    );
}

if (import.meta.main) {
  const problems = folderProblems(process.argv[2] ?? join(import.meta.dirname, '../docs/decisions'));
  for (const problem of problems) console.error(problem);
  process.exit(problems.length > 0 ? 1 : 0);
}
