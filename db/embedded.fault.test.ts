import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { packageFolder } from './embedded-binaries.ts';
import { ended, isAlive } from './embedded-process.ts';
import { type EmbeddedServer, startEmbedded } from './embedded.ts';
import { withConnection } from './one-connection.ts';
import { StartError } from './start-error.ts';

vi.setConfig({ testTimeout: 180_000 });

const isRoot = process.getuid?.() === 0;
const settings = { fsync: 'off' };
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

async function folder(mode = 0o711): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'chorus-embedded-'));
  await chmod(path, mode);
  cleanUp.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

const copy = (from: string, to: string) => promisify(execFile)('cp', ['-a', `${from}/.`, to]);

let installed: string;

beforeAll(async () => {
  installed = await mkdtemp(join(tmpdir(), 'chorus-installed-'));
  await chmod(installed, 0o711);
  await (await startEmbedded({ dataDir: installed, settings })).stop();
});

afterAll(() => rm(installed, { recursive: true }));

/** An installation that has run before; copying one is quicker than making one. */
async function installation(): Promise<string> {
  const dataDir = await folder();
  await copy(installed, dataDir);
  return dataDir;
}

async function start(dataDir: string, packageDir?: string): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataDir, settings, ...(packageDir ? { packageDir } : {}) });
  cleanUp.push(() => server.stop());
  return server;
}

interface Started {
  child: ChildProcess;
  adminUrl: string;
  pid: number;
  adopted: boolean;
}

/** Starts the server from another process, which can then be killed. */
async function startElsewhere(dataDir: string, umask = '022'): Promise<Started> {
  const script = join(import.meta.dirname, '../tests/harness/embedded-starter.ts');
  const child = spawn(process.execPath, [script, dataDir, umask], { stdio: ['ignore', 'pipe', 'inherit'] });
  cleanUp.push(() => child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  return { child, ...JSON.parse(String(line)) };
}

const answer = (url: string) => withConnection(url, (sql) => sql`select 42 as answer`);
const remember = (url: string) => withConnection(url, (sql) => sql`create table kept as select 42 as answer`);
const recall = (url: string) => withConnection(url, (sql) => sql`select answer from kept`);

/** A package as npm unpacks it when install scripts are off: without a single link. What is not needed is borrowed. */
async function packageWithoutLinks(): Promise<string> {
  const [source, unpacked] = [join(packageFolder(), 'native'), await folder(0o755)];
  const native = join(unpacked, 'native');
  await mkdir(join(native, 'lib'), { recursive: true });
  await cp(join(source, 'bin'), join(native, 'bin'), { recursive: true });
  for (const entry of await readdir(join(source, 'lib'), { withFileTypes: true })) {
    const file = join('lib', entry.name);
    if (entry.isFile() && entry.name.includes('.so')) await copyFile(join(source, file), join(native, file));
  }
  for (const borrowed of ['share', 'lib/postgresql']) {
    await symlink(join(source, borrowed), join(native, borrowed));
  }
  await copyFile(join(source, 'pg-symlinks.json'), join(native, 'pg-symlinks.json'));
  return unpacked;
}

test('missing library links are made', async () => {
  const dataDir = await installation();
  const server = await start(dataDir, await packageWithoutLinks());
  expect(await answer(server.adminUrl)).toEqual([{ answer: 42 }]);
});

test.runIf(isRoot)(
  'root below a closed folder runs a copy, with the data where the server may go',
  async () => {
    const closed = await folder(0o700);
    const dataDir = join(closed, '.data');
    const packageDir = join(closed, 'package');
    await cp(packageFolder(), packageDir, { recursive: true, verbatimSymlinks: true });
    const server = await start(dataDir, packageDir);
    cleanUp.push(() => rm(dirname(server.directory), { recursive: true, force: true }));
    expect(server.directory).toMatch(/^\/var\/lib\/chorus\/[0-9a-f]{16}\/pg18$/);
    expect(JSON.parse(await readFile(join(dataDir, 'state.json'), 'utf8')).directory).toBe(server.directory);
    await remember(server.adminUrl);
    await server.stop();
    expect(await recall((await start(dataDir)).adminUrl)).toEqual([{ answer: 42 }]);
  },
);

test.runIf(isRoot)('a clone made anew at the same path starts with an empty database', async () => {
  const closed = await folder(0o700);
  const dataDir = join(closed, '.data');
  const first = await start(dataDir);
  cleanUp.push(() => rm(dirname(first.directory), { recursive: true, force: true }));
  await rm(dataDir, { recursive: true });
  const second = await start(dataDir);
  expect(second).toMatchObject({ adopted: false, directory: first.directory });
  expect(await answer(second.adminUrl)).toEqual([{ answer: 42 }]);
});

test('under umask 077 it starts, and no secret is readable by others', async () => {
  const dataDir = await folder();
  const { adminUrl } = await startElsewhere(dataDir, '077');
  const server = await start(dataDir);
  expect(server).toMatchObject({ adopted: true, adminUrl });
  for (const name of ['state.json', 'logs/database.log']) {
    expect((await stat(join(dataDir, name))).mode & 0o077).toBe(0);
  }
});

test('a server whose starter was killed is adopted with its data', async () => {
  const dataDir = await installation();
  const { child, adminUrl, pid } = await startElsewhere(dataDir);
  await remember(adminUrl);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(pid)).toBe(true);
  const server = await start(dataDir);
  expect(server).toMatchObject({ adopted: true, pid });
  expect(await recall(server.adminUrl)).toEqual([{ answer: 42 }]);
  await server.stop();
  expect(isAlive(pid)).toBe(false);
});

test('a stale pid file that names a foreign live process is no obstacle', async () => {
  const dataDir = await installation();
  const first = await start(dataDir);
  const pidFile = join(first.directory, 'postmaster.pid');
  const content = await readFile(pidFile, 'utf8');
  await remember(first.adminUrl);
  await first.stop();
  await writeFile(pidFile, content.replace(/^\d+/, String(process.pid)));
  const second = await start(dataDir);
  expect(second.adopted).toBe(false);
  expect(await recall(second.adminUrl)).toEqual([{ answer: 42 }]);
});

test('after a SIGKILL of the server the next start recovers, on the same port', async () => {
  const dataDir = await installation();
  const first = await start(dataDir);
  await remember(first.adminUrl);
  process.kill(first.pid, 'SIGKILL');
  await ended(first.pid, 5000);
  const second = await start(dataDir);
  expect(second).toMatchObject({ adopted: false, port: first.port });
  expect(await recall(second.adminUrl)).toEqual([{ answer: 42 }]);
});

test('of three starters at once one starts the server and all use it', async () => {
  const dataDir = await folder();
  const started = await Promise.all([startElsewhere(dataDir), startElsewhere(dataDir), start(dataDir)]);
  expect(new Set(started.map(({ pid }) => pid)).size).toBe(1);
  expect(started.filter(({ adopted }) => !adopted)).toHaveLength(1);
});

test('a damaged state file is one sentence, and nothing is touched', async () => {
  const dataDir = await installation();
  await (await start(dataDir)).stop();
  await writeFile(join(dataDir, 'state.json'), '{"home":');
  await expect(start(dataDir)).rejects.toThrow(/state\.json is damaged/);
  expect(await readdir(dataDir)).toContain('pg18');
});

test('a folder that cannot be made is one sentence and leaves nothing', async () => {
  const parent = await folder();
  await writeFile(join(parent, 'file'), '');
  await expect(start(join(parent, 'file', '.data'))).rejects.toThrow(StartError);
});

test('a failing creation of the database leaves nothing half-made', async () => {
  const [dataDir, broken] = [await folder(), await packageWithoutLinks()];
  await rm(join(broken, 'native/share'));
  await expect(start(dataDir, broken)).rejects.toThrow(/could not be created/);
  expect((await readdir(dataDir)).filter((name) => name.startsWith('pg18'))).toEqual([]);
});

test('platforms without binaries are told in one sentence what to do', () => {
  for (const [platform, musl] of [
    ['win32-x64', false],
    ['linux-x64', true],
  ] as const) {
    expect(() => packageFolder(platform, musl)).toThrow(/set the five \*_DATABASE_URL variables/);
  }
});
