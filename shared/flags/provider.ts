import {
  ErrorCode,
  type EvaluationContext,
  type JsonValue,
  type Provider,
  type ResolutionDetails,
} from '@openfeature/server-sdk';
import type { FlagDecision } from './decision.ts';

/** Flags as OpenFeature has them, for services; `decide` knows whom the context is about. */
export function flagProvider(decide: (key: string, context: EvaluationContext) => FlagDecision): Provider {
  const resolve = <T>(is: (value: unknown) => value is T) => {
    return (key: string, otherwise: T, context: EvaluationContext): Promise<ResolutionDetails<T>> =>
      Promise.resolve(detailsOf(decide(key, context), otherwise, is));
  };
  return {
    metadata: { name: 'chorus' },
    runsOn: 'server',
    resolveBooleanEvaluation: resolve((value) => typeof value === 'boolean'),
    resolveStringEvaluation: resolve((value) => typeof value === 'string'),
    resolveNumberEvaluation: resolve((value) => typeof value === 'number'),
    resolveObjectEvaluation: <T extends JsonValue>(key: string, otherwise: T, context: EvaluationContext) =>
      resolve((value): value is T => typeof value === 'object')(key, otherwise, context),
  };
}

function detailsOf<T>(
  { value, variant, reason, layer, rule, version }: FlagDecision,
  otherwise: T,
  is: (value: unknown) => value is T,
): ResolutionDetails<T> {
  if (layer === 'none') return { value: otherwise, reason, errorCode: ErrorCode.FLAG_NOT_FOUND };
  if (!is(value)) return { value: otherwise, reason: 'ERROR', errorCode: ErrorCode.TYPE_MISMATCH };
  const flagMetadata = { layer, version, ...(rule !== undefined && { rule }) };
  return { value, variant, reason, flagMetadata };
}
