import { isData, own, put, type Data } from '../data.ts';
import type { FetchShape, FieldShape } from './shape.ts';

type Path = readonly (string | number)[];
type Form = Pick<FieldShape, 'fields'>;

/** More than a client is ever shown. */
const MOST_FAULTS = 100;

/**
 * Makes an answer safe to merge: wherever a list, an object or a type name is not one, or a field is missing, the value
 * becomes null and its path is reported, so that one wrong value costs one field and not the whole answer.
 */
export function conform(data: Data, { fields, entityNames }: FetchShape): Path[] {
  const check = new Check();
  if (entityNames === undefined) check.object(data, fields);
  else check.isRight(data['_entities'], '_entities', { fields }, 1);
  return check.faults;
}

class Check {
  readonly faults: Path[] = [];
  /** Where the check is, down to what it looks into. */
  readonly #path: (string | number)[] = [];

  object(data: Data, fields: readonly FieldShape[]): void {
    for (const shape of fields) {
      const { name } = shape;
      const value = shape.inherited ? own(data, name) : data[name];
      if (value === undefined ? !shape.certain : this.isRight(value, name, shape, shape.lists)) continue;
      put(data, name, null);
      this.#fault(name);
    }
  }

  isRight(value: unknown, step: string | number, form: Form, lists: number): boolean {
    if (value === null) return true;
    if (lists > 0) return this.#isList(value, step, form, lists);
    if (form.fields === undefined) return true;
    if (!isData(value) || !typenameFits(value)) return false;
    this.#path.push(step);
    this.object(value, form.fields);
    this.#path.pop();
    return true;
  }

  #isList(value: unknown, step: string | number, form: Form, lists: number): boolean {
    if (!Array.isArray(value)) return false;
    if (lists === 1 && form.fields === undefined) return true;
    this.#path.push(step);
    for (let index = 0; index < value.length; index += 1) {
      if (this.isRight(value[index], index, form, lists - 1)) continue;
      value[index] = null;
      this.#fault(index);
    }
    this.#path.pop();
    return true;
  }

  #fault(step: string | number): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push([...this.#path, step]);
  }
}

const typenameFits = ({ __typename: name }: Data): boolean => name === undefined || typeof name === 'string';
