/**
 * `npm run tour`: starts the whole product on its demo, in a folder and on ports of its own, shows what it promises, and
 * removes everything again. Ends with exit code 1 at the first promise that does not hold.
 */
import { demoOf, newPlace, start, up } from '../harness/installation.ts';
import { fourAnswers } from './four-answers.ts';
import { killedFlag } from './killed-flag.ts';
import { People } from './people.ts';
import { revokedKey } from './revoked-key.ts';
import { staleNumbers } from './stale-numbers.ts';
import type { Stop } from './stop.ts';
import { upgrade } from './upgrade.ts';

const STOPS: readonly Stop[] = [fourAnswers, upgrade, revokedKey, killedFlag, staleNumbers];

const say = (line = ''): void => void process.stdout.write(`${line}\n`);
const began = performance.now();
const seconds = (): string => `${((performance.now() - began) / 1_000).toFixed(1)} s`;

say('A tour of Chorus: the whole product, started for it and removed afterwards.');
const place = await newPlace();
const starting = start(place);
starting.supervisor.stdout?.on('data', (text: Buffer) => {
  const [, step] = /^\[[^\]]*\] (.*)$/m.exec(String(text)) ?? [];
  if (step !== undefined && process.stdout.isTTY) process.stdout.write(`\u001B[2K\r  ${step}\r`);
});
try {
  await up(starting);
  say(`${process.stdout.isTTY ? '\u001B[2K\r' : ''}Everything is up after ${seconds()}.`);
  const people = new People(demoOf(place));
  for (const [index, { title, visit }] of STOPS.entries()) {
    say();
    say(`${index + 1}. ${title}`);
    await visit({ people, place, say: (line) => say(`   ${line}`) });
  }
  say();
  say(`That was ${STOPS.length} promises in ${seconds()}. Look around yourself: npm start`);
} catch (failure) {
  say(`   This is not so: ${failure instanceof Error ? failure.message : String(failure)}`);
  process.exitCode = 1;
} finally {
  starting.supervisor.kill('SIGTERM');
  await starting.exit;
  place.remove();
}
