import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { execute, getOperationAST, getVariableValues, parse, validate } from 'graphql';
import { ANSWERS, AROUND } from '../../gateway/access/corpus/cases.ts';
import { linked, type Suite } from '../../gateway/access/corpus/corpus.ts';
import { questionsOf, type Question } from '../../gateway/access/corpus/stand.ts';
import { ANIMALS } from '../../gateway/supergraph/animals.testing.ts';
import { compareOperation } from './duel.ts';
import { arena, composed, type Arena } from './executors.ts';
import type { Counts } from './kinds.ts';
import type { World } from './world.ts';

/** Graphs written by hand with what is asked of them. */
interface Corpus {
  title: string;
  subgraphs: Suite['subgraphs'];
  questions: readonly Question[];
}

const CORPORA: readonly Corpus[] = [
  ANIMALS,
  ...[...ANSWERS, ...AROUND].map(({ title, subgraphs, cases }) => ({
    title,
    subgraphs,
    questions: questionsOf(cases),
  })),
];

const PERCENTS = [0, 8, 25] as const;

/** Compares what the tests ask, as it is answered to whoever may see everything. */
export async function compareCorpora(seed: number, counts: Counts): Promise<string[]> {
  const found: string[] = [];
  const fields = new Map<Corpus['subgraphs'], Arena>();
  for (const corpus of CORPORA) {
    const field = fields.get(corpus.subgraphs) ?? arenaOf(corpus);
    fields.set(corpus.subgraphs, field);
    counts.add('graphs of the tests');
    const world = worldOf(corpus);
    const name = `${seed} ${corpus.title}`;
    for (const question of corpus.questions.filter((one) => fits(one, field))) {
      const { operation: text, operationName, variables = {} } = question;
      const contest = { name, field, world, text, operationName, variables, percents: PERCENTS };
      const one = await compareOperation(contest, counts);
      if (one !== undefined) found.push(one);
      counts.add('operations of the tests');
    }
  }
  return found;
}

function arenaOf({ title, subgraphs }: Corpus): Arena {
  const supergraph = composed(mapped(subgraphs, ({ sdl }) => linked(sdl)));
  if (supergraph === undefined) throw new Error(`${title} does not compose`);
  return arena(supergraph);
}

function worldOf({ subgraphs }: Corpus): World {
  const schemas = mapped(subgraphs, ({ sdl, resolvers }) =>
    buildSubgraphSchema([
      { typeDefs: parse(linked(sdl)), resolvers: resolvers as GraphQLResolverMap<unknown> },
    ]),
  );
  return async (subgraph, query, variableValues) => {
    const schema = schemas[subgraph];
    if (schema === undefined) throw new Error(`no subgraph ${subgraph}`);
    return execute({ schema, document: parse(query), variableValues, contextValue: {} });
  };
}

const mapped = <From, To>(
  record: Readonly<Record<string, From>>,
  map: (from: From) => To,
): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));

function fits({ operation, operationName, variables }: Question, { schema }: Arena): boolean {
  const document = parse(operation);
  const definition = getOperationAST(document, operationName);
  if (!definition || validate(schema, document).length > 0) return false;
  return (
    getVariableValues(schema, definition.variableDefinitions ?? [], variables ?? {}).errors === undefined
  );
}
