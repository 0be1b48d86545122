// Runs before `npm start` and `npm test` with whatever Node the machine has, so it is plain JavaScript without
// dependencies. It installs the packages when they are missing or out of date, and is silent otherwise.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modules = path.join(root, 'node_modules');
const stampFile = path.join(modules, '.chorus-installed');
const production = process.env.NODE_ENV === 'production';
const started = Date.now();

const say = (line) => console.log(`[${((Date.now() - started) / 1000).toFixed(1).padStart(5)}s] ${line}`);

/** Ends with one sentence. */
function refuse(sentence) {
  console.error(sentence);
  process.exit(1);
}

function isMusl() {
  if (process.platform !== 'linux') return false;
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime === undefined;
}

/** Undefined on the platform we test on, else what to say about this one. */
function platformNote() {
  const platform = `${process.platform}-${process.arch}`;
  if (platform === 'linux-x64' || platform === 'linux-arm64') {
    if (isMusl())
      refuse('Chorus needs a Linux with glibc; this one has musl (Alpine): use a Debian-like image.');
    return platform === 'linux-x64' ? undefined : 'Linux on arm64 is expected to work but is not tested.';
  }
  if (process.platform === 'darwin') return 'macOS is expected to work but is not tested.';
  return refuse(`Chorus does not run on ${platform}: use Linux with glibc (x64 or arm64) or macOS.`);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    refuse(`Chorus needs Node.js 20.19 or later to install itself; this is ${process.version}.`);
  }
}

/** Where no package brings Node 24 along, the machine's own has to be as new as the one we test with. */
function checkRuntime() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const newEnough = major > 24 || (major === 24 && minor >= 21);
  if (!newEnough && !fs.existsSync(path.join(modules, '.bin', 'node'))) {
    refuse(
      `Chorus runs on Node.js 24.21 or later, which npm does not offer for this platform: install it (this is ${process.version}).`,
    );
  }
}

const lockHash = () =>
  createHash('sha256')
    .update(fs.readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');

/** Everything is there for this lockfile; an installation for development also serves production. */
function isInstalled(hash) {
  try {
    const [installed, kind] = fs.readFileSync(stampFile, 'utf8').trim().split(' ');
    return installed === hash && (production || kind === 'development');
  } catch {
    return false;
  }
}

/** Somebody ran npm by hand: npm's own record of what it installed says the same as the lockfile. */
function installedByHand() {
  try {
    const read = (file) => JSON.parse(fs.readFileSync(file, 'utf8')).packages;
    const found = read(path.join(modules, '.package-lock.json'));
    const wanted = read(path.join(root, 'package-lock.json'));
    return Object.entries(wanted).every(([name, { version, optional, peer, dev, link }]) => {
      if (!name.startsWith('node_modules/') && !name.includes('/node_modules/')) return true;
      if (found[name]) return link || found[name].version === version;
      return Boolean(optional || peer || (dev && production));
    });
  } catch {
    return false;
  }
}

const writeStamp = (hash, kind) => fs.writeFileSync(stampFile, `${hash} ${kind}\n`);

/** How many packages are unpacked so far. */
function countPackages() {
  try {
    const names = fs
      .readdirSync(modules)
      .flatMap((name) =>
        name.startsWith('@')
          ? fs.readdirSync(path.join(modules, name)).map((sub) => `${name}/${sub}`)
          : [name],
      );
    return names.filter((name) => fs.existsSync(path.join(modules, name, 'package.json'))).length;
  } catch {
    return 0;
  }
}

function isWritable(folder) {
  try {
    fs.accessSync(folder, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The environment of npm: the machine's Node (ours is replaced meanwhile), and a cache it may write to. */
function npmEnvironment() {
  const folders = (process.env.PATH || '').split(path.delimiter);
  const env = {
    ...process.env,
    PATH: folders.filter((folder) => !folder.startsWith(modules)).join(path.delimiter),
  };
  if (!isWritable(os.homedir())) {
    env.npm_config_cache = path.join(os.tmpdir(), `chorus-npm-${process.getuid ? process.getuid() : 0}`);
  }
  return env;
}

/** Runs npm and resolves with its exit code and all it said. */
function runNpm(...command) {
  const args = [...command, '--no-audit', '--no-fund', production ? '--omit=dev' : '--include=dev'];
  const script = process.env.npm_execpath;
  const byNode = script && /\.c?js$/.test(script) && fs.existsSync(script);
  const program = byNode ? process.env.npm_node_execpath || process.execPath : 'npm';
  const npm = spawn(program, byNode ? [script, ...args] : args, {
    cwd: root,
    env: npmEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (data) => (said += data));
  const stop = () => npm.kill('SIGTERM');
  process.once('SIGTERM', stop).once('SIGINT', stop);
  return new Promise((resolve) => {
    npm.once('error', (error) => resolve({ code: 127, said: String(error) }));
    npm.once('close', (code) => resolve({ code, said }));
  });
}

/** The part of npm's long output that tells what is wrong. */
function complaint(said) {
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !/npm (warn|notice)/.test(line));
  const errors = lines.filter(
    (line) => /npm (error|ERR!) \S/.test(line) && !/complete log|npm help/.test(line),
  );
  return errors.length > 0 ? errors.slice(0, 6).join('\n') : lines.slice(-6).join('\n');
}

async function install(hash) {
  const note = platformNote();
  if (note) say(note);
  say('installing the packages (npm ci)');
  const timer = setInterval(() => say(`installing the packages: ${countPackages()} so far`), 2000);
  const { code, said } = await runNpm('ci');
  clearInterval(timer);
  if (code !== 0) {
    const how = code === null ? 'by a signal' : `with code ${code}`;
    refuse(`The packages could not be installed: npm ci ended ${how}; it said:\n${complaint(said)}`);
  }
  writeStamp(hash, production ? 'production' : 'development');
  say(`installed ${countPackages()} packages`);
}

const lockFile = path.join(
  os.tmpdir(),
  `chorus-install-${createHash('sha256').update(root).digest('hex').slice(0, 16)}.lock`,
);

/** True when this process now is the one that installs; a lock of a dead process is taken over. */
function takeLock() {
  try {
    fs.writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    process.once('exit', () => fs.rmSync(lockFile, { force: true }));
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') return true;
  }
  try {
    process.kill(Number(fs.readFileSync(lockFile, 'utf8')), 0);
  } catch (error) {
    if (error.code === 'ESRCH') fs.rmSync(lockFile, { force: true });
  }
  return false;
}

async function main() {
  checkNode();
  const hash = lockHash();
  for (let round = 0; !isInstalled(hash); round++) {
    if (takeLock()) {
      if (!isInstalled(hash) && installedByHand())
        writeStamp(hash, production ? 'production' : 'development');
      if (!isInstalled(hash)) await install(hash);
    } else {
      if (round % 4 === 0) say('another process is installing the packages');
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  checkRuntime();
}

await main();
