import { forbidden, signIn, stepUp, upsell, type Suite } from './corpus.ts';

const WORD = { id: 'w', text: 't', secret: 's', fresh: 'f', trend: 'u', closed: 'c' };

/** A rule is known by its specification, whatever a schema calls it. */
export const renamed: Suite = {
  title: 'rules under other names',
  subgraphs: {
    one: {
      sdl: `
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.14", import: [
    "@composeDirective", { name: "@authenticated", as: "@login" }, { name: "@policy", as: "@authenticated" }])
  @link(url: "https://specs.chorus.dev/chorus/v1.0", import: [{ name: "@mfa", as: "@fresh" }, { name: "@feature", as: "@mfa" }])
  @composeDirective(name: "@fresh") @composeDirective(name: "@mfa")
directive @fresh(maxAge: Int) on FIELD_DEFINITION
directive @mfa(flag: String!, mode: String = "hide") on FIELD_DEFINITION
directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
type Query { word: Word }
type Word {
  id: ID!
  text: String @login
  secret: String @federation__requiresScopes(scopes: [["secret.read"]])
  fresh: String @fresh(maxAge: 60)
  trend: String @mfa(flag: "trends", mode: "upsell")
  closed: String @authenticated(policies: [["never-met"]])
}`,
      resolvers: { Query: { word: () => WORD } },
    },
  },
  cases: [
    {
      name: 'every renamed rule binds nobody in particular',
      operation: '{ word { id text secret fresh trend closed } }',
      data: { word: { id: 'w', text: null, secret: null, fresh: null, trend: null, closed: null } },
      errors: [
        signIn('word.text'),
        signIn('word.secret'),
        signIn('word.fresh'),
        upsell('word.trend', 'trends'),
        signIn('word.closed'),
      ],
      sent: { one: ['{ word { id } }'] },
    },
    {
      name: 'every renamed rule binds whoever signed in',
      operation: '{ word { id text secret fresh trend closed } }',
      caller: {},
      data: { word: { id: 'w', text: 't', secret: null, fresh: null, trend: null, closed: null } },
      errors: [
        forbidden('word.secret'),
        stepUp('word.fresh', 60),
        upsell('word.trend', 'trends'),
        forbidden('word.closed'),
      ],
      sent: { one: ['{ word { id text } }'] },
    },
    {
      name: 'renamed rules can be met',
      operation: '{ word { text secret fresh } }',
      caller: { scope: 'secret.read', mfaAgo: 1 },
      data: { word: { text: 't', secret: 's', fresh: 'f' } },
      sent: { one: ['{ word { text secret fresh } }'] },
    },
  ],
};

const own = (json: string): unknown => JSON.parse(json);
const THING = { id: 'i', secret: 's', must: 'm', constructor: 'c', toString: 'x', self: {} };
THING.self = THING;

/** Names that JavaScript gives a meaning to have none here. */
export const prototypes: Suite = {
  title: 'names of the language',
  subgraphs: {
    one: {
      sdl: `
type Query { thing: Thing things: [Thing] echo(text: String): String by(filter: Filter): String }
type Thing { id: ID! constructor: String @requiresScopes(scopes: [["constructor.read"]]) secret: String @requiresScopes(scopes: [["hush.read"]]) toString: String self: Thing }
input Filter { constructor: String since: Int @feature(flag: "since", mode: "upsell") toString: String }`,
      resolvers: {
        Query: {
          thing: () => THING,
          things: () => [THING],
          echo: (_: unknown, { text }: { text: string }) => text,
          by: (_: unknown, { filter }: { filter: object }) => JSON.stringify(filter),
        },
      },
    },
  },
  cases: [
    {
      name: 'a denied field called constructor is denied as any other',
      operation: '{ thing { id constructor toString } }',
      caller: {},
      data: { thing: { id: 'i', constructor: null, toString: 'x' } },
      errors: [forbidden('thing.constructor')],
      sent: { one: ['{ thing { id toString } }'] },
    },
    {
      name: 'a denied field under the alias __proto__ is null there',
      operation: '{ thing { id __proto__: secret } }',
      caller: {},
      data: { thing: own('{"id":"i","__proto__":null}') },
      errors: [forbidden('thing.__proto__')],
      sent: { one: ['{ thing { id } }'] },
    },
    {
      name: 'a denied field under the alias constructor is null there',
      operation: '{ thing { id constructor: secret hasOwnProperty: secret } things { toString: secret id } }',
      caller: {},
      data: {
        thing: own('{"id":"i","constructor":null,"hasOwnProperty":null}'),
        things: [own('{"toString":null,"id":"i"}')],
      },
      errors: [
        forbidden('thing.constructor'),
        forbidden('thing.hasOwnProperty'),
        forbidden('things.toString', 'things'),
      ],
      sent: { one: ['{ thing { id } things { id } }'] },
    },
    {
      name: 'an open field beside a denied one keeps its value under such an alias',
      operation: '{ thing { constructor: id secret valueOf: toString } }',
      caller: {},
      data: { thing: own('{"constructor":"i","secret":null,"valueOf":"x"}') },
      errors: [forbidden('thing.secret')],
      sent: { one: ['{ thing { constructor: id valueOf: toString } }'] },
    },
    {
      name: 'an object of which nothing is left is null under such an alias',
      operation: '{ thing { constructor: self { secret } id } __proto__: thing { secret } }',
      caller: {},
      data: own('{"thing":{"constructor":null,"id":"i"},"__proto__":null}'),
      errors: [
        forbidden('thing.constructor.secret', 'thing.constructor'),
        forbidden('__proto__.secret', '__proto__'),
      ],
      sent: { one: ['{ thing { id } }'] },
    },
    {
      name: 'a variable may be called __proto__',
      operation:
        'query Q($__proto__: Boolean!, $constructor: Boolean!) { thing { id @include(if: $constructor) secret @include(if: $__proto__) } }',
      variables: own('{"__proto__":true,"constructor":true}') as Record<string, unknown>,
      caller: {},
      data: { thing: { id: 'i', secret: null } },
      errors: [forbidden('thing.secret')],
      sent: {
        one: [
          'query Q__one__0($constructor: Boolean!) { thing { __typename id @include(if: $constructor) } }',
        ],
      },
    },
    {
      name: 'a variable called constructor that is not given is not given',
      operation: 'query Q($constructor: Filter) { by(filter: $constructor) }',
      data: { by: null },
      sent: { one: ['query Q__one__0($constructor: Filter) { by(filter: $constructor) }'] },
    },
    {
      name: 'input fields with such names hide no closed one',
      operation: 'query Q($f: Filter) { thing { id } by(filter: $f) }',
      variables: { f: own('{"constructor":"c","toString":"t","since":1}') },
      data: { thing: { id: 'i' }, by: null },
      errors: [upsell('by', 'since')],
      sent: { one: ['query Q__one__0 { thing { id } }'] },
    },
  ],
};
