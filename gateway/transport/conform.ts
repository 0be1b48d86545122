import { isObject } from './answer.ts';
import type { FetchShape, Shape } from './shape.ts';

type Path = readonly (string | number)[];

/**
 * Makes an answer safe to merge: wherever a list, an object or a type name is not one, the value becomes null and
 * its path is reported, so that one wrong value costs one field and not the whole answer.
 */
export function conform(data: Record<string, unknown>, shape: FetchShape): Path[] {
  const faults: Path[] = [];
  if (shape.entities !== undefined) {
    const entities = data['_entities'] as unknown[];
    for (const [index, entity] of entities.entries()) {
      entities[index] = checked(
        entity,
        { lists: 0, fields: shape.entities.fields },
        0,
        ['_entities', index],
        faults,
      );
    }
    return faults;
  }
  for (const name of shape.certainNames) {
    if (Object.hasOwn(data, name)) continue;
    Object.defineProperty(data, name, { value: null, enumerable: true, writable: true, configurable: true });
    faults.push([name]);
  }
  checkFields(data, shape.root, [], faults);
  return faults;
}

function checkFields(
  object: Record<string, unknown>,
  fields: Map<string, Shape>,
  path: Path,
  faults: Path[],
): void {
  for (const [name, shape] of fields) {
    if (!Object.hasOwn(object, name)) continue;
    const value = object[name];
    if (value === null || value === undefined) continue;
    const right = checked(value, shape, shape.lists, [...path, name], faults);
    if (right !== value) object[name] = right;
  }
}

function checked(value: unknown, shape: Shape, lists: number, path: Path, faults: Path[]): unknown {
  if (value === null || value === undefined) return null;
  if (lists > 0) {
    if (!Array.isArray(value)) return fault(path, faults);
    for (const [index, item] of value.entries()) {
      const right = checked(item, shape, lists - 1, [...path, index], faults);
      if (right !== item) value[index] = right;
    }
    return value;
  }
  if (shape.fields === undefined) return value;
  if (!isObject(value) || !typenameFits(value)) return fault(path, faults);
  checkFields(value, shape.fields, path, faults);
  return value;
}

const typenameFits = (object: Record<string, unknown>): boolean =>
  !Object.hasOwn(object, '__typename') || typeof object['__typename'] === 'string';

function fault(path: Path, faults: Path[]): null {
  faults.push(path);
  return null;
}
