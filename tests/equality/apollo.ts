import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import type { executeQueryPlan, GraphQLDataSource } from '@apollo/gateway';
import { CORRECTIONS, type Correction, type File } from './corrections.ts';

type ApolloExecutor = typeof executeQueryPlan;

const DIST = dirname(createRequire(import.meta.url).resolve('@apollo/gateway'));

/** Loads Apollo's executor from its own files with some changes. @throws where a text to change is not there once */
export function apolloExecutor(corrections: readonly Correction[]): ApolloExecutor {
  const load = (file: File, within: Readonly<Record<string, unknown>>): unknown => {
    let text = readFileSync(join(DIST, file), 'utf8');
    for (const { changes } of corrections) {
      for (const [where, from, to] of changes) {
        if (where !== file) continue;
        if (text.split(from).length !== 2) throw new Error(`${file} has not once: ${from}`);
        text = text.replace(from, () => to);
      }
    }
    const real = createRequire(join(DIST, file));
    const module = { exports: {} };
    const required = (name: string): unknown => within[name] ?? real(name);
    const run = compileFunction(text, ['require', 'module', 'exports']) as (...given: unknown[]) => void;
    run(required, module, module.exports);
    return module.exports;
  };
  const deepMerge = load('utilities/deepMerge.js', {});
  const executor = load('executeQueryPlan.js', {
    './utilities/deepMerge': deepMerge,
    './dataRewrites': load('dataRewrites.js', {}),
    './resultShaping': load('resultShaping.js', {}),
  }) as { executeQueryPlan: ApolloExecutor };
  return executor.executeQueryPlan;
}

export const AS_IT_IS = apolloExecutor([]);
export const CORRECTED = apolloExecutor(CORRECTIONS);

export type { ApolloExecutor, GraphQLDataSource };
