const path = (expression) => ({ path: expression });
const never = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });
const SUBGRAPHS = '^subgraphs/([^/]+)/';
const TESTS = '\\.test\\.ts$';

/** Imports run one way; every rule says why. */
module.exports = {
  forbidden: [
    never('no-cycles', 'a cycle hides which side depends on which', {}, { circular: true }),
    never(
      'no-orphans',
      'a module nobody reaches is dead',
      {
        orphan: true,
        pathNot: [
          '\\.(cjs|js|d\\.ts)$',
          '(^|/)[^/]+\\.config\\.ts$',
          TESTS,
          '^docs/samples/',
          '^scripts/',
          '^tests/',
          '\\.table\\.ts$',
        ],
      },
      {},
    ),
    never(
      'shared-is-a-leaf',
      'shared code knows nothing of ours',
      { path: '^shared/', pathNot: TESTS },
      path('^(db|gateway|subgraphs|scripts|tests)/'),
    ),
    never(
      'db-below-features',
      'the database layer knows no feature',
      { path: '^db/', pathNot: TESTS },
      path('^(gateway|subgraphs|scripts|tests)/'),
    ),
    never('subgraphs-apart', 'subgraphs meet in the graph and in events only', path(SUBGRAPHS), {
      path: SUBGRAPHS,
      pathNot: '^subgraphs/$1/',
    }),
    never(
      'subgraphs-below-gateway',
      'subgraphs do not know the gateway',
      { path: SUBGRAPHS, pathNot: TESTS },
      path('^(gateway|scripts|tests)/'),
    ),
    never(
      'gateway-apart',
      'the gateway serves any supergraph',
      { path: '^gateway/', pathNot: TESTS },
      path('^(db|subgraphs|scripts|tests)/'),
    ),
    never(
      'stages-by-entry',
      'stages see of each other only the entry file',
      { path: '^gateway/([^/]+)/', pathNot: TESTS },
      {
        path: '^gateway/([^/]+)/',
        pathNot: ['^gateway/$1/', '^gateway/([^/]+)/\\1\\.ts$'],
      },
    ),
    never(
      'resolvers-call-services',
      'resolvers unpack, call and map',
      path('\\.resolvers\\.ts$'),
      path('\\.(queries|table)\\.ts$|node_modules/drizzle-orm'),
    ),
    never('services-hold-rules', 'services know neither SQL nor GraphQL', path('\\.service\\.ts$'), {
      path: '\\.(table|resolvers)\\.ts$|node_modules/(drizzle-orm|graphql|@apollo)/',
      dependencyTypesNot: ['type-only'],
    }),
    never(
      'queries-hold-sql',
      'queries know only their tables',
      path('\\.queries\\.ts$'),
      path('\\.(service|resolvers)\\.ts$'),
    ),
    never(
      'tables-are-leaves',
      'tables know only drizzle',
      path('\\.table\\.ts$'),
      path('\\.(service|resolvers|queries)\\.ts$'),
    ),
    never(
      'production-is-not-tests',
      'only tests reach the harness',
      { pathNot: ['^tests/', TESTS, '^vitest[^/]*\\.ts$'] },
      path('^tests/'),
    ),
    never('resolvable', 'an import that cannot be resolved', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|\\.data|\\.tsc|tests/bench/gateway/peers)/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.cjs'],
    },
  },
};
