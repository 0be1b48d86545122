import { FlagdCore, MemoryStorage } from '@openfeature/flagd-core';
import { OpenFeature } from '@openfeature/server-sdk';
import { compileFlag } from '@chorus/shared/flags/compile.ts';
import type { FlagDefinition } from '@chorus/shared/flags/definition.ts';
import { flagLoader, type FlagCaller } from '@chorus/shared/flags/evaluate.ts';
import { flagProvider } from '@chorus/shared/flags/provider.ts';
import type { FlagsRecord } from '@chorus/shared/flags/records.ts';
import { NO_LOGGER } from '@chorus/shared/flags/storage.ts';
import { callerWith, flagWith } from '@chorus/shared/flags/testing.ts';
import { table } from './table.ts';

const SECONDS = 0.7;
const FLAGS = 200;

const ruled = (key: string): FlagDefinition =>
  flagWith({
    key,
    rules: [
      { id: 'leads', when: { all: [{ role: ['owner', 'admin'] }, { plan: ['business'] }] }, serve: 'on' },
      { id: 'some', when: { user: ['bob', 'eve'] }, serve: 'on' },
    ],
    rollout: { variant: 'on', percent: 25 },
  });

const recordOf = (definitions: readonly FlagDefinition[], change: object = {}): FlagsRecord => ({
  flags: Object.fromEntries(
    definitions.map((definition) => [definition.key, { version: 1, definition, ...change }]),
  ),
});

interface Line {
  name: string;
  /** Flags decided by one call. */
  flags: number;
  us: number;
  /** The line it is compared with. */
  peer?: string;
}

/** Processor time of a call, by as many as fit into a while. */
async function measured(
  { name, flags = 1, peer }: { name: string; flags?: number; peer?: string },
  call: () => unknown,
): Promise<Line> {
  for (const until = performance.now() + 100; performance.now() < until;) await call();
  const isAsync = call() instanceof Promise;
  const [began, before] = [performance.now(), process.cpuUsage()];
  let calls = 0;
  while (performance.now() - began < SECONDS * 1000) {
    for (let index = 0; index < 5; index += 1) {
      const made = call();
      if (isAsync) await made;
    }
    calls += 5;
  }
  const { user, system } = process.cpuUsage(before);
  const us = (user + system) / calls;
  return { name, flags, us, ...(peer !== undefined && { peer }) };
}

/** What decides, the strongest layer first; all of the same flag. */
function layers(): [string, FlagCaller, boolean?][] {
  const own = { a_flag: { variant: 'on', forced: true } };
  return [
    ['global kill', callerWith(), true],
    ['tenant kill', callerWith({ kills: ['a_flag'] })],
    ['override', callerWith({ overrides: own })],
    ['rule, the first', callerWith({ role: ['admin'], plan: 'business' })],
    ['rule, the second', callerWith({ user: 'eve' })],
    ['rollout or default', callerWith()],
  ];
}

async function ours(): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [name, caller, killed = false] of layers()) {
    const flags = flagLoader()(recordOf([ruled('a_flag')], { killed }));
    lines.push(await measured({ name }, () => flags.decide('a_flag', caller)));
  }
  const many = Array.from({ length: FLAGS }, (_, index) => ruled(`flag_${index}`));
  const all = flagLoader()(recordOf(many));
  lines.push(await measured({ name: `all of ${FLAGS}`, flags: FLAGS }, () => all.decideAll(callerWith())));
  const load = flagLoader();
  load(recordOf(many));
  let version = 1;
  const changed = () => {
    version += 1;
    const record = recordOf(many);
    record.flags['flag_7'] = { version, definition: ruled('flag_7') };
    return load(record);
  };
  lines.push(await measured({ name: `loading ${FLAGS}, one of them new`, flags: FLAGS }, changed));
  lines.push(
    await measured({ name: `loading ${FLAGS}, all new`, flags: FLAGS }, () => flagLoader()(recordOf(many))),
  );
  return lines;
}

/** The same flag and caller by others: flagd alone as it comes and as we set it, and the OpenFeature client over ours. */
async function theirs(): Promise<Line[]> {
  const peer = 'rollout or default';
  const text = JSON.stringify({ flags: { a_flag: compileFlag(ruled('a_flag')) } });
  const { facts } = callerWith();
  const lines: Line[] = [];
  for (const [name, disableDynamicCodeGeneration] of [
    ['flagd alone, interpreted', true],
    ['flagd alone, compiled to code', false],
  ] as const) {
    const storage = new MemoryStorage(NO_LOGGER, { disableDynamicCodeGeneration });
    storage.setConfigurations(text);
    const core = new FlagdCore(storage, NO_LOGGER);
    lines.push(
      await measured({ name, peer }, () => core.resolveStringEvaluation('a_flag', 'off', facts, NO_LOGGER)),
    );
  }
  const flags = flagLoader()(recordOf([ruled('a_flag')]));
  await OpenFeature.setProviderAndWait(flagProvider((key) => flags.decide(key, callerWith())));
  const client = OpenFeature.getClient();
  lines.push(
    await measured({ name: 'OpenFeature client over ours', peer }, () =>
      client.getBooleanValue('a_flag', false),
    ),
  );
  await OpenFeature.close();
  return lines;
}

/** What a decision costs by each layer, beside flagd alone and the OpenFeature client. */
export async function run(): Promise<string> {
  const lines = [...(await ours()), ...(await theirs())];
  return table([
    ['what', 'CPU us a call', 'flags decided a second', 'times ours'],
    ...lines.map(({ name, flags, us, peer }) => {
      const other = lines.find((line) => line.name === peer);
      const ratio = other === undefined ? '' : (us / other.us).toFixed(2);
      return [name, us.toFixed(2), Math.round((flags * 1e6) / us).toLocaleString('en'), ratio];
    }),
  ]);
}
