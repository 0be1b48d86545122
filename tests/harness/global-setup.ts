import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { DATABASE_NAMES, type DatabaseUrls } from '@chorus/db/databases.ts';
import { startEmbedded, type EmbeddedServer } from '@chorus/db/embedded.ts';
import { isAlive, readPidFile, servesFolder } from '@chorus/db/embedded-process.ts';
import { migrate } from '@chorus/db/migrate.ts';
import { ensureDatabases } from '@chorus/db/roles.ts';
import { clonedDatabases, type DatabaseServer, templateOf } from './databases.ts';
import { startSystemBroker } from './system-broker.ts';

const PREFIX = `chorus-test-${process.getuid?.() ?? 0}-`;

/** Starts the one server of this run, away from `.data`, with a migrated template of each database. */
export default async function setup(project: TestProject) {
  await sweep();
  const dataDir = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  chmodSync(dataDir, 0o711);
  let server: EmbeddedServer | undefined;
  const abandon = () => remove(dataDir, server);
  process.once('exit', abandon);
  server = await startEmbedded({ dataDir, settings: { max_connections: 300, fsync: 'off' } });
  const secret = randomBytes(32);
  const urls = await ensureDatabases(server.adminUrl, secret, templateOf);
  const failures = await migrateTemplates(urls);
  const run = randomBytes(3).toString('hex');
  const databases = { adminUrl: server.adminUrl, secret: secret.toString('hex'), run, failures };
  project.provide('databaseServer', databases);
  const broker = await startSystemBroker(() => clonedDatabases('system', databases));
  project.provide('systemBroker', broker.url);
  return async () => {
    await broker.stop();
    await server.stop();
    process.off('exit', abandon);
    remove(dataDir, server);
  };
}

async function migrateTemplates(urls: DatabaseUrls) {
  const failures: DatabaseServer['failures'] = {};
  const migrations = DATABASE_NAMES.map((name) =>
    migrate(name, urls[name].owner).catch((error: unknown) => (failures[name] = String(error))),
  );
  await Promise.all(migrations);
  return failures;
}

/** Also runs when vitest is interrupted, which skips its teardown and allows nothing asynchronous. */
function remove(dataDir: string, server: EmbeddedServer | undefined) {
  if (server) endNow(server.pid);
  const folder = server ? dirname(server.directory) : dataDir;
  for (const path of [dataDir, folder]) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
}

/** Its data are thrown away, so nothing has to be written first; only files in use cannot be removed. */
function endNow(pid: number) {
  if (!isAlive(pid)) return;
  process.kill(pid, 'SIGQUIT');
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; isAlive(pid) && waited < 5000; waited += 10) Atomics.wait(clock, 0, 0, 10);
}

/** Ends and removes what runs left behind that were killed before they could tidy up. */
async function sweep() {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    if (isAlive(Number(name.slice(PREFIX.length).split('-')[0]))) continue;
    const dataDir = join(tmpdir(), name);
    const directory = join(dataDir, 'pg18');
    const left = await readPidFile(directory);
    if (left && servesFolder(left.pid, directory)) endNow(left.pid);
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}
