import { expect, test } from 'vitest';
import { hidden, neverThere } from './hidden.cases.ts';
import { asked, standing } from './stand.ts';

test('a hidden element is refused in the very words for what never existed', async () => {
  const [gated, without] = await Promise.all([standing(hidden), standing({ subgraphs: neverThere })]);
  const refused = hidden.cases.filter(({ invalid }) => invalid !== undefined);
  for (const one of refused) {
    const [seen, expected] = [await asked(gated, one, one.caller), await asked(without, one, undefined)];
    expect([one.name, seen.status, seen.text]).toEqual([one.name, expected.status, expected.text]);
  }
});
