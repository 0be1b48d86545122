/** Generated files are committed; this makes them again and fails when that changes anything. */
import { execFileSync, spawnSync } from 'node:child_process';

const GENERATED = [
  'subgraphs/*/generated/**',
  'db/*/migrations/**',
  'gateway/supergraph.graphql',
  'gateway/schema.graphql',
  'gateway/partner.graphql',
  'package-lock.json',
];

const state = () =>
  GENERATED.map(
    (pattern) =>
      execFileSync('git', ['status', '--porcelain', '--', `:(glob)${pattern}`]).toString() +
      execFileSync('git', ['diff', '--', `:(glob)${pattern}`]).toString(),
  ).join('');

const before = state();
const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'generate'], { encoding: 'utf8' });
if (status !== 0) {
  console.error(stdout, stderr);
  process.exit(1);
}
if (state() !== before) {
  console.error('Generated files are not up to date; run npm run generate and commit what it changes:');
  console.error(execFileSync('git', ['status', '--porcelain']).toString());
  process.exit(1);
}
console.log('generated files are up to date');
