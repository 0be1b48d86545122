import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { fileError } from '@chorus/db/start-error.ts';

/** The keys of an installation: files where a process reads a file, values where it takes a variable. */
export interface Keys {
  /** Private keys with which the gateway signs identities for subgraphs. */
  gatewayKeys: string;
  /** Their public half. */
  gatewayJwks: string;
  apiKeyPepper: string;
  masterKey: string;
}

/**
 * Reads the keys of `keysDir`, making what is missing; they survive restarts, and with them tokens and secrets. A
 * master key in the environment is used instead of a file, which is not made then.
 */
export async function prepareKeys(keysDir: string, env: NodeJS.ProcessEnv = {}): Promise<Keys> {
  const file = (name: string) => join(keysDir, name);
  try {
    await mkdir(keysDir, { recursive: true, mode: 0o700 });
    await chmod(keysDir, 0o700);
    const [gatewayKeys, gatewayJwks] = [file('gateway.private.json'), file('gateway.public.json')];
    await makeOnce(gatewayKeys, privateKeySet);
    await makeOnce(gatewayJwks, async () => publicKeySet(await readFile(gatewayKeys, 'utf8')));
    await makeOnce(file('api-key.pepper'), () => randomBytes(32).toString('hex'));
    const apiKeyPepper = (await readFile(file('api-key.pepper'), 'utf8')).trim();
    const masterKey = env['CHORUS_MASTER_KEY'] || (await ownMasterKey(file('master.key')));
    return { gatewayKeys, gatewayJwks, apiKeyPepper, masterKey };
  } catch (error) {
    throw fileError(error, keysDir);
  }
}

async function ownMasterKey(file: string): Promise<string> {
  await makeOnce(file, () => randomBytes(32).toString('base64'));
  return (await readFile(file, 'utf8')).trim();
}

/** Puts other master keys in the place of the file's: the first wraps, those behind commas only unwrap. */
export async function replaceMasterKey(keysDir: string, keys: string): Promise<void> {
  const file = join(keysDir, 'master.key');
  await writeFile(`${file}.new`, keys, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** A key file appears whole or not at all, also on a full disk. */
async function makeOnce(file: string, make: () => string | Promise<string>) {
  if (existsSync(file)) return;
  const unfinished = `${file}.new`;
  try {
    await writeFile(unfinished, await make(), { mode: 0o600 });
    await link(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function privateKeySet(): Promise<string> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const key: JWK = {
    ...(await exportJWK(privateKey)),
    kid: randomBytes(8).toString('hex'),
    alg: 'EdDSA',
    use: 'sig',
  };
  return JSON.stringify({ keys: [key] }, null, 2);
}

function publicKeySet(privateSet: string): string {
  const { keys }: { keys: JWK[] } = JSON.parse(privateSet);
  return JSON.stringify({ keys: keys.map((key) => ({ ...key, d: undefined })) }, null, 2);
}
