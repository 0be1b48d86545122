import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildSchema, isObjectType, type GraphQLSchema } from 'graphql';
import { views } from '../../gateway/access/views.ts';
import { largeSchema } from '../harness/large-schema.ts';
import { table } from './table.ts';

const VIEWS = 200;

/** What 200 views take in memory, each of which lacks one field: of our own schema, and of one of 500 types. */
export function run(): Promise<string> {
  const own = readFileSync(join(import.meta.dirname, '../../gateway/schema.graphql'), 'utf8');
  const lines = [
    measured('our own', buildSchema(own, { noLocation: true })),
    measured('500 types', buildSchema(largeSchema(), { noLocation: true })),
  ];
  return Promise.resolve(
    table([['schema', 'types', 'KiB a view', 'MiB for 200', 'CPU ms to make one'], ...lines]),
  );
}

function measured(name: string, api: GraphQLSchema): (string | number)[] {
  const { schemaWithout } = views(api, fieldsOf(api));
  schemaWithout([VIEWS]);
  const [before, started] = [heap(), process.cpuUsage()];
  const kept = Array.from({ length: VIEWS }, (_, number) => schemaWithout([number]));
  const { user, system } = process.cpuUsage(started);
  const bytes = (heap() - before) / kept.length;
  const figures = [bytes / 1024, (bytes * VIEWS) / 1024 ** 2, (user + system) / 1000 / VIEWS];
  return [name, Object.keys(api.getTypeMap()).length, ...figures.map((figure) => Math.round(figure))];
}

/** A demand for one field of each object type, as many as there are views and one more. */
function fieldsOf(api: GraphQLSchema): Map<string, number[]> {
  const objects = Object.values(api.getTypeMap()).filter((type) => isObjectType(type));
  const fields = objects.flatMap((type) =>
    Object.keys(type.getFields()).map((field) => `${type.name}.${field}`),
  );
  const spread = fields.filter((_, index) => index % Math.floor(fields.length / (VIEWS + 1)) === 0);
  return new Map(spread.map((coordinate, number) => [coordinate, [number]]));
}

function heap(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
