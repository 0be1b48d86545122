import { MemoryStorage, type FeatureFlag, type Storage } from '@openfeature/flagd-core';
import type { FlagdFlag } from './compile.ts';

/** Rules come from a database, so nothing of them becomes code. */
const OPTIONS = { disableDynamicCodeGeneration: true };

const silent = () => undefined;
/** What is wrong with a flag is found before it is saved; a message a request helps nobody. */
export const NO_LOGGER = { error: silent, warn: silent, info: silent, debug: silent };

/** Flags as flagd keeps them, loaded one at a time. */
export interface FlagStorage extends Storage {
  /** @throws Error when flagd refuses it */
  load: (key: string, flag: FlagdFlag) => FeatureFlag;
  put: (key: string, flag: FeatureFlag) => void;
}

export function flagStorage(): FlagStorage {
  const flags = new Map<string, FeatureFlag>();
  return {
    load: (key, flag) => {
      const one = new MemoryStorage(NO_LOGGER, OPTIONS);
      one.setConfigurations(JSON.stringify({ flags: { [key]: flag } }), true);
      const loaded = one.getFlag(key);
      if (loaded === undefined) throw new Error(`the flag ${key} was not loaded`);
      flags.set(key, loaded);
      return loaded;
    },
    put: (key, flag) => void flags.set(key, flag),
    getFlag: (key) => flags.get(key),
    getFlags: () => flags,
    getFlagSetMetadata: () => ({}),
    setConfigurations: () => {
      throw new Error('flags are loaded one at a time');
    },
  };
}
