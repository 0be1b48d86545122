/**
 * `npm run release:schema -- [--breaking WHY] [FOLDER]`: makes the present schemas the released ones, which later ones
 * are compared with. Clients that would break need a reason, and it stands in the released file for everybody to read.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { comparedSchemas, type Compared } from './breaking-changes.ts';

const { values, positionals } = parseArgs({
  options: { breaking: { type: 'string' } },
  allowPositionals: true,
});
const why = values.breaking?.replaceAll(/\s+/g, ' ').trim() ?? '';
const [folder = join(import.meta.dirname, '../gateway')] = positionals;

const compared = await comparedSchemas(folder);
const broken = compared.flatMap(({ breaks }) => breaks);
for (const message of broken) console.error(message);
if (broken.length > 0 && why === '') {
  console.error(
    'Nothing was released, because this breaks clients; if it must be, say why: --breaking "...".',
  );
  process.exit(1);
}
for (const each of compared) release(each);

function release({ current, released = '', releasedFile, breaks }: Compared): void {
  if (current === undefined) return rmSync(releasedFile, { force: true });
  if (withoutBanner(released) === withoutBanner(current)) return;
  const remark = breaks.length > 0 ? `# Breaks clients: ${why}\n` : '';
  mkdirSync(dirname(releasedFile), { recursive: true });
  writeFileSync(
    releasedFile,
    `# Released by npm run release:schema; do not edit.\n${remark}${withoutBanner(current)}`,
  );
  console.log(`released ${releasedFile}`);
}

/** A schema without the remarks at its top. */
function withoutBanner(text: string): string {
  return text.replace(/^(?:#.*\n)*/, '');
}
