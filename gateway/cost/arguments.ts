import { Kind, type ArgumentNode, type ValueNode } from 'graphql';
import type { CostTables, Inputs, InputTable } from './tables.ts';
import { plus, total, type Read, type Term } from './terms.ts';

/** What the arguments of a field cost, by the values they have. Arguments that are left out cost nothing. */
export const argumentsTerm = (
  given: readonly ArgumentNode[] | undefined,
  inputs: Inputs,
  tables: CostTables,
): Term => total((given ?? []).map(({ name, value }) => literal(value, inputs.get(name.value), tables)));

function literal(
  value: ValueNode,
  table: InputTable | undefined,
  tables: CostTables,
  levels = table?.levels ?? 0,
): Term {
  if (table === undefined || value.kind === Kind.NULL) return 0;
  if (value.kind === Kind.VARIABLE) {
    const { value: variable } = value.name;
    return (read: Read) => given(read(variable), table, tables, levels);
  }
  if (value.kind === Kind.LIST && levels > 0) {
    return total([table.listWeight, ...value.values.map((item) => literal(item, table, tables, levels - 1))]);
  }
  const fields = tables.inputs.get(table.type);
  if (value.kind !== Kind.OBJECT || fields === undefined) return table.weight;
  return total([
    table.weight,
    ...value.fields.map((field) => literal(field.value, fields.get(field.name.value), tables)),
  ]);
}

/** The same for the value of a variable. */
function given(
  value: unknown,
  table: InputTable | undefined,
  tables: CostTables,
  levels = table?.levels ?? 0,
): number {
  if (table === undefined || value === undefined || value === null) return 0;
  if (Array.isArray(value) && levels > 0) {
    return value.reduce<number>(
      (sum, item) => plus(sum, given(item, table, tables, levels - 1)),
      table.listWeight,
    );
  }
  const fields = tables.inputs.get(table.type);
  if (typeof value !== 'object' || fields === undefined) return table.weight;
  return Object.entries(value).reduce(
    (sum, [name, field]) => plus(sum, given(field, fields.get(name), tables)),
    table.weight,
  );
}
