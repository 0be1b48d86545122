import { isData, own, put, type Data } from '../data.ts';
import { INVALID } from './leaves.ts';
import type { Form, ObjectSelection, ShownField } from './selection.ts';
import type { Path } from './targets.ts';

/** A value the answer cannot have, and where it would stand. */
export interface Misfit {
  message: string;
  path: Path;
  /** Whether nothing was there at all, which another error may account for. */
  missing: boolean;
}

export interface Shaped {
  data: Data | null;
  misfits: readonly Misfit[];
}

/** Stands for a null that its place does not take. */
const BUBBLES = Symbol('bubbles');

/** Far more than a client is shown. */
const MOST_MISFITS = 200;

/** Makes the answer of what was fetched: every value is checked, and null bubbles as the GraphQL specification says. */
export function shape(fetched: Readonly<Data>, selection: ObjectSelection): Shaped {
  const shaping = new Shaping();
  const fields = selection.fields(undefined);
  const data = fields === undefined ? BUBBLES : shaping.object(fetched, fields);
  return { data: data === BUBBLES ? null : data, misfits: shaping.misfits };
}

class Shaping {
  readonly misfits: Misfit[] = [];
  readonly #path: (string | number)[] = [];

  object(fetched: Readonly<Data>, fields: readonly ShownField[]): Data | typeof BUBBLES {
    const shown: Data = {};
    for (const field of fields) {
      const { name, inherited, form } = field;
      if (field.typename !== undefined) {
        if (field.typename === null) return this.#missing(name, field);
        put(shown, name, field.typename);
        continue;
      }
      const value = this.#value(inherited ? own(fetched, name) : fetched[name], form, name, field);
      if (value === BUBBLES) return BUBBLES;
      if (inherited) put(shown, name, value);
      else shown[name] = value;
    }
    return shown;
  }

  #value(value: unknown, form: Form, step: string | number, field: ShownField): unknown {
    if (value === null || value === undefined) return form.nonNull ? this.#missing(step, field) : null;
    const shown = this.#present(value, form, step, field);
    return shown === null && form.nonNull ? BUBBLES : shown;
  }

  /** Null for a value that cannot be shown, which has been told. */
  #present(value: unknown, form: Form, step: string | number, field: ShownField): unknown {
    const { leaf, object, list } = form;
    if (leaf !== undefined) {
      const shown = leaf(value);
      return shown === INVALID ? this.#invalid('value', step, field) : shown;
    }
    if (object === undefined) return this.#list(value, list as Form, step, field);
    if (!isData(value)) return this.#invalid('object', step, field);
    const fields = object.fields(value['__typename']);
    if (fields === undefined) return this.#invalid('__typename', step, field);
    this.#path.push(step);
    const shown = this.object(value, fields);
    this.#path.pop();
    return shown === BUBBLES ? null : shown;
  }

  #list(value: unknown, form: Form, step: string | number, field: ShownField): unknown {
    if (!Array.isArray(value)) return this.#invalid('list', step, field);
    this.#path.push(step);
    const shown: unknown[] = [];
    let bubbles = false;
    for (let index = 0; index < value.length; index += 1) {
      const item = this.#value(value[index], form, index, field);
      bubbles ||= item === BUBBLES;
      shown.push(item);
    }
    this.#path.pop();
    return bubbles ? null : shown;
  }

  #missing(step: string | number, { coordinate }: ShownField): typeof BUBBLES {
    this.#tell(`nothing was found for ${coordinate}, which cannot be null`, step, true);
    return BUBBLES;
  }

  #invalid(what: string, step: string | number, { coordinate }: ShownField): null {
    this.#tell(`no valid ${what} was found for ${coordinate}`, step, false);
    return null;
  }

  #tell(message: string, step: string | number, missing: boolean): void {
    if (this.misfits.length < MOST_MISFITS)
      this.misfits.push({ message, path: [...this.#path, step], missing });
  }
}
