/** A place where Apollo's executor does something else than the specification says, and what it should do. */
export interface Correction {
  /** What is wrong. */
  name: string;
  /** Texts that must be there once, with what takes their place; none where no generated operation comes to it. */
  changes: readonly (readonly [file: File, from: string, to: string])[];
}

/** Of @apollo/gateway, below `dist`. */
export type File = 'executeQueryPlan.js' | 'resultShaping.js' | 'dataRewrites.js' | 'utilities/deepMerge.js';

/** All that our executor may do otherwise than Apollo's; each of them has a test of its own. */
export const CORRECTIONS: readonly Correction[] = [
  {
    name: 'errors of entities are told at the objects that were asked about, whichever were not',
    changes: [
      [
        'executeQueryPlan.js',
        'await sendOperation({ ...variables, representations });',
        'await sendOperation({ ...variables, representations }, representationToEntity);',
      ],
      [
        'executeQueryPlan.js',
        'async function sendOperation(variables) {',
        'async function sendOperation(variables, toEntity) {',
      ],
      [
        'executeQueryPlan.js',
        'const response = await service.process({',
        'const helper = makeLazyErrorPathGenerator(fetch, currentCursor, toEntity); const response = await service.process({',
      ],
      [
        'executeQueryPlan.js',
        'const errorPathHelper = makeLazyErrorPathGenerator(fetch, currentCursor);',
        'const errorPathHelper = helper;',
      ],
      [
        'executeQueryPlan.js',
        'function makeLazyErrorPathGenerator(fetch, cursor) {\n    let hydratedPaths;',
        'function makeLazyErrorPathGenerator(fetch, cursor, toEntity) {\n    const hydratedPaths = []; if (fetch.requires) generateHydratedPaths([], cursor.path, cursor.fullResult, hydratedPaths);',
      ],
      [
        'executeQueryPlan.js',
        'const hydratedPath = (_a = hydratedPaths[errorPath[1]]) !== null && _a !== void 0 ? _a : [];',
        'const hydratedPath = hydratedPaths[toEntity[errorPath[1]]]; if (hydratedPath === undefined) return cursor.path;',
      ],
    ],
  },
  {
    name: 'errors are told under the names clients know',
    changes: [
      [
        'executeQueryPlan.js',
        'const errorPathHelper = helper;',
        'const errorPathHelper = (path) => helper(path)?.map((step) => fetch.outputRewrites?.find((one) => one.path.at(-1) === step)?.renameKeyTo ?? step);',
      ],
    ],
  },
  {
    name: 'errors that are not about one entity are told where the entities begin',
    changes: [
      [
        'executeQueryPlan.js',
        "if (fetch.requires && typeof (errorPath === null || errorPath === void 0 ? void 0 : errorPath[1]) === 'number') {",
        "if (fetch.requires && (errorPath?.[0] !== '_entities' || typeof errorPath[1] !== 'number')) return cursor.path; if (fetch.requires) {",
      ],
    ],
  },
  {
    name: 'what is missing is told beside other errors',
    changes: [
      [
        'executeQueryPlan.js',
        'if (errors.length === 0 && postProcessingErrors.length > 0) {',
        'if (postProcessingErrors.length > 0) {',
      ],
      [
        'executeQueryPlan.js',
        'return { extensions: { "valueCompletion": postProcessingErrors }, data };',
        'return { errors, extensions: { "valueCompletion": postProcessingErrors }, data };',
      ],
    ],
  },
  {
    name: 'names the planner made up give back false values too',
    changes: [['dataRewrites.js', 'if (objAtPath) {', 'if (objAtPath !== undefined) {']],
  },
  {
    name: 'numbers are within their range, and identifiers are written as strings',
    changes: [
      [
        'resultShaping.js',
        '(0, federation_internals_1.isValidLeafValue)(parameters.schema, inputValue, type);',
        "(0, federation_internals_1.isValidLeafValue)(parameters.schema, inputValue, type) && (type.name !== 'Int' || inputValue === (inputValue | 0));",
      ],
      [
        'resultShaping.js',
        'updated: isValidValue ? inputValue : null',
        "updated: isValidValue ? (type.name === 'ID' ? String(inputValue) : inputValue) : null",
      ],
    ],
  },
  {
    name: 'a fragment on an interface does not make an object forget its type',
    changes: [
      [
        'resultShaping.js',
        'parentType: (_d = fragment.typeCondition) !== null && _d !== void 0 ? _d : parentType,',
        'parentType,',
      ],
    ],
  },
  {
    name: 'an object is of a type its field can have',
    changes: [
      [
        'executeQueryPlan.js',
        'if (receivedEntity && !receivedEntity["__typename"]) {',
        'if (receivedEntity && receivedEntity["__typename"] === undefined) {',
      ],
      ['resultShaping.js', 'if (inputTypename) {', 'if (inputTypename !== undefined) {'],
      [
        'resultShaping.js',
        'if (!typenameType || !(0, federation_internals_1.isCompositeType)(typenameType)) {',
        'if (!typenameType || !(0, federation_internals_1.isCompositeType)(typenameType) || typenameType.kind === "UnionType" || !(0, federation_internals_1.isSubtype)(type, typenameType)) {',
      ],
    ],
  },
  {
    name: 'an object is of the type it tells, whatever it has under other names of it',
    changes: [
      [
        'resultShaping.js',
        'if (inputValue === null && responseName !== federation_internals_1.typenameFieldName) {',
        'if (responseName !== federation_internals_1.typenameFieldName) {',
      ],
    ],
  },
  {
    name: 'an object that tells no type where it has to is told of',
    changes: [
      [
        'resultShaping.js',
        'if (!(0, federation_internals_1.isObjectType)(type)) {',
        'if (!(0, federation_internals_1.isObjectType)(type)) { parameters.errors.push(federation_internals_1.ERRORS.INVALID_GRAPHQL.err("Cannot return null for __typename.", { path: [...path, responseName] }));',
      ],
      [
        'resultShaping.js',
        'const outputValueObject =',
        'if (objType.kind === "UnionType") { parameters.errors.push(federation_internals_1.ERRORS.INVALID_GRAPHQL.err("No __typename.", { path: [...path] })); return { updated: null, hasErrors: true }; } const outputValueObject =',
      ],
    ],
  },
  {
    name: 'what is required of lists within lists is sent',
    changes: [
      [
        'executeQueryPlan.js',
        'if (source === null) {\n        return null;',
        'if (Array.isArray(source)) return source.map((item) => executeSelectionSet(schema, item, selections)); if (source === null) {\n        return null;',
      ],
    ],
  },
  {
    name: 'the root is of its type, whatever a subgraph says',
    changes: [
      [
        'resultShaping.js',
        '        input,\n        selectionSet: operation.selectionSet,',
        '        input: { ...input, __typename: undefined },\n        selectionSet: operation.selectionSet,',
      ],
    ],
  },
  {
    name: 'an object takes the place of what is none',
    changes: [
      [
        'utilities/deepMerge.js',
        'if (target[key] && (0, predicates_1.isObject)(source[key])) {',
        'if ((0, predicates_1.isObject)(target[key]) && (0, predicates_1.isObject)(source[key])) {',
      ],
    ],
  },
  {
    name: 'lists within lists are merged too',
    changes: [
      [
        'utilities/deepMerge.js',
        'if ((0, predicates_1.isObject)(target[key][i]) && (0, predicates_1.isObject)(source[key][i])) {',
        'const both = [target[key][i], source[key][i]]; if (both.every(predicates_1.isObject) || (both.every(Array.isArray) && both[0].length === both[1].length)) {',
      ],
    ],
  },
  { name: 'what nobody asked for is not merged', changes: [] },
  { name: 'an entity is asked for once', changes: [] },
];
