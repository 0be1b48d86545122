import { join } from 'node:path';
import { compilePolicies } from '../../gateway/cache/cache.ts';
import { ENFORCED } from '../../gateway/access/access.ts';
import { readSupergraph } from '../../gateway/supergraph/supergraph.ts';
import { getNamedType, isAbstractType, isObjectType, type GraphQLNamedType } from 'graphql';
import { expect, test } from 'vitest';
import { uncached } from '../../subgraphs/uncached.ts';

const supergraph = readSupergraph(join(import.meta.dirname, '../../gateway/supergraph.graphql'), ENFORCED);
const { types } = supergraph;
const { policyOf } = compilePolicies(supergraph);

/** Every field that a query can ask for; what only mutations answer is never kept. */
function reachedByQueries(): Map<string, boolean> {
  const fields = new Map<string, boolean>();
  const seen = new Set<string>();
  const visit = (type: GraphQLNamedType) => {
    if (seen.has(type.name)) return;
    seen.add(type.name);
    if (isAbstractType(type)) types.getPossibleTypes(type).forEach(visit);
    if (!isObjectType(type)) return;
    for (const field of Object.values(type.getFields())) {
      fields.set(`${type.name}.${field.name}`, policyOf(type, field.name) !== undefined);
      visit(getNamedType(field.type));
    }
  };
  const query = types.getQueryType();
  if (query) visit(query);
  return fields;
}

const fields = [...reachedByQueries()];
const typeOf = (coordinate: string) => coordinate.split('.')[0] ?? '';
const isListed = (coordinate: string) =>
  Object.hasOwn(uncached, coordinate) || Object.hasOwn(uncached, typeOf(coordinate));

test('every field of the product says for how long and for whom it is kept, or stands in subgraphs/uncached.ts', () => {
  const silent = fields.filter(([coordinate, isKept]) => !isKept && !isListed(coordinate));
  expect(silent.map(([coordinate]) => coordinate)).toEqual([]);
  expect(fields.length).toBeGreaterThan(100);
});

test('nothing is both kept and listed as not kept', () => {
  const both = fields.filter(([coordinate, isKept]) => isKept && isListed(coordinate));
  expect(both.map(([coordinate]) => coordinate)).toEqual([]);
});

test('what is listed as not kept exists, and says why', () => {
  const known = new Set(fields.flatMap(([coordinate]) => [coordinate, typeOf(coordinate)]));
  const unknown = Object.entries(uncached).filter(([name, reason]) => !known.has(name) || reason === '');
  expect(unknown).toEqual([]);
});

test.each([
  ['Plan.price', 'PRICE_BOOK'],
  ['Money.amount', 'PRICE_BOOK'],
  ['Query.mentions', 'TENANT'],
  ['Mention.text', 'TENANT'],
  ['Page.mentions', 'TENANT'],
  ['Tracker.volume', 'TENANT'],
  ['Query.shareOfVoice', 'TENANT'],
  ['Query.viewer', 'USER'],
  ['Viewer.permissions', 'USER'],
  ['PermissionEntry.key', 'PUBLIC'],
])('%s is for %s', (coordinate, scope) => {
  const type = types.getType(typeOf(coordinate));
  const field = coordinate.slice(coordinate.indexOf('.') + 1);
  expect(type && policyOf(type, field)?.scope).toBe(scope);
});
