import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { givesNotice } from '@chorus/shared/deprecation.ts';
import { ChangeType, CriticalityLevel, diff, DiffRule, type Change } from '@graphql-inspector/core';
import {
  buildASTSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  parse,
  visit,
  type DocumentNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  type InputValueDefinitionNode,
} from 'graphql';
import { deprecationOf } from './deprecation-gate.ts';

/** The generated schemas that clients are written for, below gateway/. */
const SCHEMAS = ['schema.graphql', 'partner.graphql'];

/** One schema beside its last released version; either may not exist. */
export interface Compared {
  file: string;
  current: string | undefined;
  releasedFile: string;
  released: string | undefined;
  /** What clients of the released version fail by, one sentence each. */
  breaks: string[];
}

/** The schemas in a folder, each beside the one of its name in `released/`. */
export function comparedSchemas(folder: string, now = new Date()): Promise<Compared[]> {
  return Promise.all(
    SCHEMAS.map(async (name) => {
      const [file, releasedFile] = [join(folder, name), join(folder, 'released', name)];
      const [current, released] = [textOf(file), textOf(releasedFile)];
      return { file, current, releasedFile, released, breaks: await breaksOf(name, released, current, now) };
    }),
  );
}

async function breaksOf(name: string, released: string | undefined, current: string | undefined, now: Date) {
  if (released === undefined) return [];
  if (current === undefined) return [`${name}: The schema was removed.`];
  return (await breaksBetween(released, current, now)).map((message) => `${name}: ${message}.`);
}

/** The changes from one schema to another that a client can fail by; what was deprecated long enough may be gone. */
export async function breaksBetween(released: string, current: string, now: Date): Promise<string[]> {
  const before = buildASTSchema(withoutExpired(parse(released), now), { assumeValidSDL: true });
  const after = buildASTSchema(parse(current));
  const changes = await diff(before, after, [DiffRule.safeUnreachable]);
  return changes.filter((change) => breaks(change, after)).map(({ message }) => message);
}

type Removable = FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode;

/** A released schema without the elements nobody may count on any more. */
function withoutExpired(released: DocumentNode, now: Date): DocumentNode {
  const expired = (node: Removable) => {
    const dates = deprecationOf(node);
    return dates !== undefined && givesNotice(dates) && dates.removed <= now ? null : undefined;
  };
  return visit(released, {
    FieldDefinition: expired,
    InputValueDefinition: expired,
    EnumValueDefinition: expired,
  });
}

const breaks = (change: Change, after: GraphQLSchema): boolean =>
  change.criticality.level === CriticalityLevel.Breaking || makesRequired(change, after);

/** To the library a default that is gone is merely dangerous, also where nothing else makes a value optional. */
function makesRequired({ type, path = '' }: Change, after: GraphQLSchema): boolean {
  if (type !== ChangeType.FieldArgumentDefaultChanged && type !== ChangeType.InputFieldDefaultValueChanged)
    return false;
  const [typeName = '', fieldName = '', argumentName] = path.split('.');
  const parent = after.getType(typeName);
  if (isInputObjectType(parent)) {
    const field = parent.getFields()[fieldName];
    return field !== undefined && isRequiredInputField(field);
  }
  if (!isObjectType(parent) && !isInterfaceType(parent)) return false;
  const argument = parent.getFields()[fieldName]?.args.find(({ name }) => name === argumentName);
  return argument !== undefined && isRequiredArgument(argument);
}

/** The text of a schema, or undefined when there is none. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
