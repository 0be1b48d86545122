import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const TOUR = join(import.meta.dirname, '../tour/tour.ts');

test('the tour shows all that it promises', { timeout: 180_000 }, async () => {
  const tour = spawn(process.execPath, [TOUR], { env: { PATH: process.env['PATH'] ?? '' } });
  let said = '';
  for (const stream of [tour.stdout, tour.stderr]) stream.on('data', (text) => (said += String(text)));
  const [code] = (await once(tour, 'close')) as [number | null];
  expect([code, said]).toEqual([0, expect.stringMatching(/That was \d promises in \d+\.\d s\./)]);
});
