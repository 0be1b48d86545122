import { LRUCache } from 'lru-cache';
import { Refusal } from '../errors/errors.ts';
import type { Generation, PreparedOperation, Received, Stage } from '../request.ts';
import { persistedQueries } from './persisted.ts';
import { prepareDocument, type PreparedDocument } from './prepare.ts';

export { fit } from './fit.ts';

const MOST_BYTES = 64 * 1024 * 1024;
/** A syntax tree and the formula of its cost take roughly this much more memory than their text. */
const TREE_FACTOR = 64;
/** Looking through more would keep requests waiting. */
const LATELY = 2000;

/** From the text a client sent to the prepared operation; never plans. */
export function documents(
  current: () => Generation,
  { prepared }: DocumentStore = documentStore(),
): Stage<Received, { operation: PreparedOperation }> {
  const persisted = persistedQueries();
  return (request) => {
    const { asked, method, contract } = request;
    const text = persisted.text(asked);
    const document = prepared(text, servedAt(current(), contract));
    if (document.valid) persisted.keep(asked, text);
    const operation = selectOperation(document, asked.operationName);
    if (method === 'GET' && operation.kind === 'mutation') {
      throw new Refusal('BAD_REQUEST', 'Mutations are sent with POST.', {
        status: 405,
        headers: { allow: 'POST' },
      });
    }
    return { operation };
  };
}

/** @throws Refusal for a contract that the supergraph has no longer */
function servedAt(generation: Generation, contract: string | undefined): Generation {
  const served = contract === undefined ? generation : generation.contract(contract);
  if (served === undefined) throw new Refusal('NOT_FOUND');
  return served;
}

/** Prepared documents by text, for each supergraph its own. */
export interface DocumentStore {
  /** @throws Refusal */
  prepared: (text: string, generation: Generation) => PreparedDocument;
  /** The texts asked for most, of those asked for lately. */
  hottest: (generation: Generation, count: number) => string[];
}

interface Kept {
  document: PreparedDocument;
  uses: number;
}

export function documentStore(): DocumentStore {
  const stores = new WeakMap<Generation, LRUCache<string, Kept>>();
  const storeOf = (generation: Generation) => {
    const found = stores.get(generation);
    if (found !== undefined) return found;
    const sizeCalculation = (_: Kept, text: string) => TREE_FACTOR * text.length + 1024;
    const store = new LRUCache<string, Kept>({ maxSize: MOST_BYTES, sizeCalculation });
    stores.set(generation, store);
    return store;
  };
  return {
    prepared: (text, generation) => {
      const store = storeOf(generation);
      const kept = store.get(text) ?? { document: prepareDocument(text, generation), uses: 0 };
      // What does not fit is not kept, so that junk cannot push out what is used.
      if (kept.uses === 0 && kept.document.valid) store.set(text, kept);
      kept.uses += 1;
      return kept.document;
    },
    hottest: (generation, count) =>
      [...storeOf(generation).entries()]
        .slice(0, LATELY)
        .toSorted(([, a], [, b]) => b.uses - a.uses)
        .slice(0, count)
        .map(([text]) => text),
  };
}

function selectOperation({ operations }: PreparedDocument, name: string | undefined): PreparedOperation {
  const [first, second] = operations;
  if (name !== undefined) {
    const named = operations.find((operation) => operation.name === name);
    if (named !== undefined) return named;
    throw new Refusal('BAD_REQUEST', 'The document has no operation of that name.');
  }
  if (first === undefined) throw new Refusal('GRAPHQL_VALIDATION_FAILED', 'The document has no operation.');
  if (second !== undefined)
    throw new Refusal('BAD_REQUEST', 'The document has several operations; name one.');
  return first;
}
