/** Prints how much is installed and fails above the budget. */
import { execFileSync } from 'node:child_process';

const BUDGET_MB = 800;
const installed = Number(execFileSync('du', ['-sm', 'node_modules']).toString().split('\t')[0]);

console.log(`installed: ${installed} MB of at most ${BUDGET_MB} MB`);
process.exit(installed > BUDGET_MB ? 1 : 0);
