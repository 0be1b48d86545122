import { LRUCache } from 'lru-cache';
import { Refusal } from '../errors/errors.ts';
import type { Generation, PreparedOperation, Received, Stage } from '../request.ts';
import { persistedQueries } from './persisted.ts';
import { prepareDocument, type PreparedDocument } from './prepare.ts';
import { checkVariables } from './variables.ts';

const MOST_BYTES = 64 * 1024 * 1024;
/** A syntax tree takes roughly this much more memory than its text. */
const TREE_FACTOR = 16;

/** From the text a client sent to the prepared operation; never plans. */
export function documents(current: () => Generation): Stage<Received, { operation: PreparedOperation }> {
  const persisted = persistedQueries();
  const prepared = documentStore();
  return (request) => {
    const { asked, method, introspection, contract } = request;
    const text = persisted.text(asked);
    const document = prepared(text, servedAt(current(), contract));
    persisted.keep(asked, text);
    const operation = selectOperation(document, asked.operationName);
    if (method === 'GET' && operation.kind === 'mutation') {
      throw new Refusal('BAD_REQUEST', 'Mutations are sent with POST.', {
        status: 405,
        headers: { allow: 'POST' },
      });
    }
    if (operation.introspects && !introspection) {
      throw new Refusal('GRAPHQL_VALIDATION_FAILED', 'Introspection is not available here.');
    }
    checkVariables(operation, asked.variables);
    return { operation };
  };
}

/** @throws Refusal for a contract that the supergraph has no longer */
function servedAt(generation: Generation, contract: string | undefined): Generation {
  const served = contract === undefined ? generation : generation.contract(contract);
  if (served === undefined) throw new Refusal('NOT_FOUND');
  return served;
}

/** Prepared documents by text, one store per supergraph. */
function documentStore(): (text: string, generation: Generation) => PreparedDocument {
  const stores = new WeakMap<Generation, LRUCache<string, PreparedDocument>>();
  return (text, generation) => {
    let store = stores.get(generation);
    if (store === undefined) {
      store = new LRUCache({
        maxSize: MOST_BYTES,
        sizeCalculation: (_, key) => TREE_FACTOR * key.length + 1024,
      });
      stores.set(generation, store);
    }
    let found = store.get(text);
    if (found === undefined) {
      found = prepareDocument(text, generation);
      store.set(text, found);
    }
    return found;
  };
}

function selectOperation({ operations }: PreparedDocument, name: string | undefined): PreparedOperation {
  const [first, second] = operations;
  if (name !== undefined) {
    const named = operations.find((operation) => operation.name === name);
    if (named !== undefined) return named;
    throw new Refusal('BAD_REQUEST', 'The document has no operation of that name.');
  }
  if (first === undefined) throw new Refusal('BAD_REQUEST', 'The document has no operation.');
  if (second !== undefined)
    throw new Refusal('BAD_REQUEST', 'The document has several operations; name one.');
  return first;
}
