/** `npm run bench -- NAME`: runs one benchmark of this folder; without a name it lists them. */
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';

const names = globSync(join(import.meta.dirname, '*.bench.ts'))
  .map((file) => basename(file, '.bench.ts'))
  .toSorted();
const [name = '', ...rest] = process.argv.slice(2);

if (!names.includes(name)) {
  process.stdout.write(`npm run bench -- NAME, where NAME is one of: ${names.join(', ')}\n`);
  process.exitCode = name === '' ? 0 : 1;
} else {
  const { run } = (await import(`./${name}.bench.ts`)) as { run: (args: string[]) => Promise<string> };
  process.stdout.write(`${await run(rest)}\n`);
}
