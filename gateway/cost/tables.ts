/** What a supergraph says about costs, looked up once; the cost of every operation is made of it. */
export interface CostTables {
  readonly query: string | undefined;
  readonly mutation: string | undefined;
  readonly outputs: ReadonlyMap<string, OutputTable>;
  readonly inputs: ReadonlyMap<string, Inputs>;
}

/** An object type, an interface or a union. */
export interface OutputTable {
  /** The object types its objects can be of. */
  possible: ReadonlySet<string>;
  fields: ReadonlyMap<string, FieldTable>;
}

export interface FieldTable {
  /** The named type it returns. */
  type: string;
  /** How many lists are around that type. */
  levels: number;
  /** What each object or value costs without what is selected below it. */
  weight: number;
  sizes: readonly ListSize[];
  arguments: Inputs;
}

/** One `@listSize`. Its `requireOneSlicingArgument` is not asked for: none and several are all right here. */
export interface ListSize {
  slicing: readonly Slicing[];
  assumed: number | undefined;
  sizedFields: readonly string[];
}

/** An argument that tells how long a list is: as a number, or by its own length. */
export interface Slicing {
  argument: string;
  isList: boolean;
  /** What the schema's default value makes it. */
  fallback: number | undefined;
}

/** Arguments of a field or fields of an input object. */
export type Inputs = ReadonlyMap<string, InputTable>;

export interface InputTable {
  type: string;
  levels: number;
  /** What each value costs. */
  weight: number;
  /** What a list of values costs besides them. */
  listWeight: number;
}
