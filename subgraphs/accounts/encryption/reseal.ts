import type { Database } from '@chorus/db/database.ts';
import type { About, DataKeys } from './data-keys.ts';
import { replaceSealed, sealedTexts, type SealedText } from './reseal.queries.ts';

const ABOUT: Record<SealedText['kind'], About['purpose']> = {
  totp_factor: 'totp-seed',
  token_key: 'token-key',
};

/** Makes a new data key and seals with it all that lasts; `database` is reached as the worker role. Answers how many. */
export async function resealAll(database: Database, dataKeys: DataKeys): Promise<number> {
  const db = database.statements(null);
  await dataKeys.rotate(db);
  const texts = await sealedTexts(db);
  let done = 0;
  for (const { kind, owner, sealed } of texts) {
    const about = { purpose: ABOUT[kind], owner };
    const opened = await dataKeys.open(db, about, sealed).catch(() => undefined);
    if (opened === undefined) continue;
    await replaceSealed(db, { kind, owner, sealed }, await dataKeys.seal(db, about, opened));
    done += 1;
  }
  return done;
}
