import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, StartError } from './start-error.ts';

/** What `.data/state.json` remembers of the embedded server; `directory` only when it lies outside `home`. */
export interface EmbeddedState {
  home: string;
  password: string;
  directory?: string;
  port?: number;
}

const fileOf = (dataDir: string) => join(dataDir, 'state.json');

/** Undefined when there is no state yet. */
export async function readState(dataDir: string): Promise<EmbeddedState | undefined> {
  const file = fileOf(dataDir);
  if (!existsSync(file)) return undefined;
  try {
    const state: Partial<EmbeddedState> = JSON.parse(await readFile(file, 'utf8'));
    const { home, password, ...rest } = state;
    if (typeof home === 'string' && typeof password === 'string') return { home, password, ...rest };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw fileError(error, file);
  }
  throw new StartError(`${file} is damaged: restore it, or remove it to start with an empty database.`);
}

/** Replaces the state in one step; only we may read it, because it holds the server's password. */
export async function writeState(dataDir: string, state: EmbeddedState) {
  const file = fileOf(dataDir);
  try {
    await writeFile(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch (error) {
    throw fileError(error, file);
  }
}
