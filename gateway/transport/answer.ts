import { ERRORS, isErrorCode } from '@chorus/shared/errors.ts';
import { isData } from '../data.ts';
import { MOST_BYTES } from './link.ts';
import type { RawAnswer } from './question.ts';

/** An error as a subgraph reported it, reduced to what GraphQL defines. */
export interface SubgraphError {
  message: string;
  path?: readonly (string | number)[];
  extensions: Readonly<Record<string, unknown>>;
}

export interface SubgraphAnswer {
  data: Record<string, unknown> | null;
  errors: readonly SubgraphError[];
  /** Undefined when it names none. */
  tags?: AnsweredTags | undefined;
}

/** Tags of the cache that a subgraph names beside its data. */
export interface AnsweredTags {
  /** Of all that it answers, `apolloCacheTags`, */
  all: readonly string[];
  /** of each entity, `apolloEntityCacheTags`, */
  entities: readonly (readonly string[])[];
  /** and of what a mutation has changed, `invalidatedCacheTags`; undefined when it does not say. */
  invalidated: readonly string[] | undefined;
}

/** Something that is not a GraphQL answer; the text is for the log. */
export class NotAnAnswer extends Error {}

/** More than a client is ever shown; the rest is dropped before it costs memory. */
const MOST_ERRORS = 50;
const JSON_TYPE = /^application\/(?:graphql-response\+)?json\b/i;

/** @throws NotAnAnswer for any status, type or body but a GraphQL answer's */
export function readAnswer({ status, headers, text }: RawAnswer): SubgraphAnswer {
  const { 'content-type': contentType = '' } = headers;
  if (!JSON_TYPE.test(contentType))
    throw new NotAnAnswer(`status ${status}, type ${contentType.slice(0, 60)}`);
  const answer = parseAnswer(text);
  if (status >= 200 && status < 300) return answer;
  if (status >= 400 && status < 500 && status !== 401 && describesRequest(answer)) return answer;
  throw new NotAnAnswer(`status ${status}`);
}

/** Some servers answer a refused operation with 4xx; its errors are worth passing on when all have a known code. */
const describesRequest = ({ errors }: SubgraphAnswer): boolean =>
  errors.length > 0 && errors.every(({ extensions }) => isErrorCode(extensions['code']));

function parseAnswer(text: string): SubgraphAnswer {
  if (text.length > MOST_BYTES) throw new NotAnAnswer('too large');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new NotAnAnswer('not JSON');
  }
  if (!isData(value)) throw new NotAnAnswer('not an object');
  const { data = null, errors = [], extensions } = value;
  if (data !== null && !isData(data)) throw new NotAnAnswer('data is not an object');
  if (errors !== null && !Array.isArray(errors)) throw new NotAnAnswer('errors is not a list');
  const list = (errors ?? []) as unknown[];
  if (data === null && list.length === 0) throw new NotAnAnswer('neither data nor errors');
  const tags = isData(extensions) ? tagsIn(extensions) : undefined;
  return { data, errors: list.slice(0, MOST_ERRORS).map(subgraphError), tags };
}

const MOST_TAGS = 100;
const LONGEST_TAG = 1024;

function tagsIn(extensions: Record<string, unknown>): AnsweredTags | undefined {
  const all = tagList(extensions['apolloCacheTags']);
  const listed = extensions['apolloEntityCacheTags'];
  const entities = Array.isArray(listed) ? listed.map(tagList) : [];
  const changed = extensions['invalidatedCacheTags'];
  const understood = tagList(changed);
  // Of a list that is understood in parts the rest may be about anything.
  const invalidated = Array.isArray(changed) && understood.length === changed.length ? understood : undefined;
  const isNone = all.length + entities.length === 0 && invalidated === undefined;
  return isNone ? undefined : { all, entities, invalidated };
}

const tagList = (value: unknown): readonly string[] =>
  Array.isArray(value)
    ? value
        .filter((tag) => typeof tag === 'string' && tag !== '' && tag.length <= LONGEST_TAG)
        .slice(0, MOST_TAGS)
    : [];

function subgraphError(value: unknown): SubgraphError {
  const { message, path, extensions } = isData(value) ? value : {};
  const code = isData(extensions) ? extensions['code'] : undefined;
  const wordless = isErrorCode(code) ? ERRORS[code].message : 'no message';
  return {
    message: typeof message === 'string' && message !== '' ? message : wordless,
    extensions: isData(extensions) ? extensions : {},
    ...(isPath(path) ? { path } : {}),
  };
}

const isPath = (value: unknown): value is (string | number)[] =>
  Array.isArray(value) && value.every((step) => typeof step === 'string' || Number.isSafeInteger(step));
