import { valueFromASTUntyped, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import type { Cost } from '../request.ts';
import { compile } from './compile.ts';
import { costOfField, costOfLevel, costsByType, itemsOfField, visitFields } from './evaluate.ts';
import type { SizeBelow } from './sizes.ts';
import type { CostTables } from './tables.ts';
import { plus, type Read } from './terms.ts';
import type { Level } from './tree.ts';

type Variables = Readonly<Record<string, unknown>>;
type Formula = (variables: Variables) => Cost;

const MUTATION = 10;

/**
 * What an operation costs, by the variables of a request: an upper bound where a field is selected twice, which counts
 * twice. It is compiled when somebody first asks, and where no variable matters it is the same number ever after.
 */
export function costFormula(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  tables: CostTables,
): Formula {
  let formula: Formula | undefined;
  return (variables) => (formula ??= formulaOf(operation, document, tables))(variables);
}

function formulaOf(operation: OperationDefinitionNode, document: DocumentNode, tables: CostTables): Formula {
  const root = compile(operation, document, tables);
  const base = operation.operation === 'mutation' ? MUTATION : 0;
  const reader = readerOf(operation);
  const cost = (variables: Variables): Cost => ({
    total: plus(base, costOfLevel(root, reader(variables), [])),
  });
  if (!root.selections.isConstant) return cost;
  const fixed = cost({});
  return () => fixed;
}

/**
 * How much each path of the answer adds to the total, with everything below it. Paths have no list indices; of types
 * that exclude each other the dearest is told, and what costs nothing is left out.
 */
export function costByPath(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  tables: CostTables,
  variables: Variables,
): ReadonlyMap<string, number> {
  const read = readerOf(operation)(variables);
  const paths = new Map<string, number>();
  const enter = (level: Level, sizes: readonly SizeBelow[], above: string, factor: number): void => {
    const costs = costsByType(level, read, sizes);
    const dearest = costs.indexOf(Math.max(...costs));
    visitFields(level, read, (field, at) => {
      const cost = factor * costOfField(field, read, sizes);
      if (cost === 0 || !at.includes(dearest)) return;
      const path = `${above}${field.key}`;
      paths.set(path, plus(paths.get(path) ?? 0, cost));
      enter(field.below, field.sizes, `${path}.`, factor * itemsOfField(field, read, sizes));
    });
  };
  enter(compile(operation, document, tables), [], '', 1);
  return paths;
}

/** Reads variables as the operation sees them, with its defaults. */
function readerOf({ variableDefinitions = [] }: OperationDefinitionNode): (variables: Variables) => Read {
  const defaults = new Map(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)] as const],
    ),
  );
  return (variables) => (name) => (Object.hasOwn(variables, name) ? variables[name] : defaults.get(name));
}
