/** Holds the import rules, and that they were looked at at all: with a parser missing, the tool sees 0 modules and passes. */
import { join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';

const FLOOR = 250;
const FOLDERS = ['shared', 'db', 'gateway', 'subgraphs', 'scripts', 'tests'];

const { output } = await cruise(
  FOLDERS,
  await extractOptions(join(import.meta.dirname, '../.dependency-cruiser.cjs')),
);
const { modules, summary } = output as ICruiseResult;
const own = modules.filter(({ source }) => source.endsWith('.ts') && !source.includes('node_modules'));

for (const { from, to, rule } of summary.violations) console.error(`${rule.name}: ${from} -> ${to}`);
if (own.length < FLOOR) console.error(`only ${own.length} modules were seen; expected at least ${FLOOR}`);
console.log(`${own.length} modules, ${summary.violations.length} violations`);
process.exit(summary.violations.length > 0 || own.length < FLOOR ? 1 : 0);
