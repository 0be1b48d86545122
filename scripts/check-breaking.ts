/** `node scripts/check-breaking.ts [FOLDER]`: refuses schemas that break clients of the last released ones. */
import { join } from 'node:path';
import { comparedSchemas } from './breaking-changes.ts';

const compared = await comparedSchemas(process.argv[2] ?? join(import.meta.dirname, '../gateway'));
const broken = compared.flatMap(({ breaks }) => breaks);
const unreleased = compared.filter(
  ({ current, released }) => current !== undefined && released === undefined,
);
for (const message of broken) console.error(message);
if (broken.length > 0)
  console.error('This breaks clients: see "Changing and removing" in docs/add-a-feature.md for the way.');
for (const { file } of unreleased)
  console.error(`${file} has no released version to compare it with; run npm run release:schema.`);
process.exit(broken.length + unreleased.length > 0 ? 1 : 0);
