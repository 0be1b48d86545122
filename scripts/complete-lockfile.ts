/**
 * `npm run lockfile`: adds to package-lock.json the optional packages of other platforms. npm leaves those out that its
 * registry did not offer at the moment, and `npm ci` then refuses the whole file; with them it installs what fits the
 * machine and never looks at the rest.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockedPackage {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const OS = [
  'darwin',
  'win32',
  'windows',
  'linux',
  'android',
  'freebsd',
  'openbsd',
  'netbsd',
  'openharmony',
  'sunos',
  'aix',
];
const CPU = ['arm64', 'x64', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el', 'wasm32', 'arm'];

const file = join(import.meta.dirname, '../package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, LockedPackage> };

/** What the name says about the platform; npm skips the package everywhere else. */
function platformOf(name: string): Pick<LockedPackage, 'os' | 'cpu' | 'libc'> | undefined {
  const words = name.split(/[^a-z0-9]+/);
  const os = OS.find((candidate) => words.includes(candidate));
  const cpu =
    CPU.find((candidate) => words.includes(candidate)) ??
    (words.some((word) => word.startsWith('arm')) ? 'arm' : undefined);
  if (os === undefined && cpu !== 'wasm32') return undefined;
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : undefined;
  return {
    ...(os === undefined ? {} : { os: [os === 'windows' ? 'win32' : os] }),
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(libc === undefined || os !== 'linux' ? {} : { libc: [libc] }),
  };
}

/** Where node looks for `name` when `from` asks for it: beside it first, then in each folder above. */
function* lookUp(from: string, name: string): Generator<string> {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    yield `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (folder === '') return;
  }
}

let added = 0;
for (const [path, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const found = [...lookUp(path, name)].find((place) => lock.packages[place] !== undefined);
    const platform = platformOf(name);
    if (platform === undefined || !/^\d/.test(version)) continue;
    if (found !== undefined && lock.packages[found]?.version === version) continue;
    const place = found === undefined ? `node_modules/${name}` : `${path}/node_modules/${name}`;
    lock.packages[place] = { version, ...platform, ...(dev === true ? { dev } : {}), optional: true };
    added += 1;
  }
}

const [root, ...rest] = Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(root === undefined ? rest : [root, ...rest]);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${added} packages of other platforms added`);
