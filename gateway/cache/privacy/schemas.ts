import { readFileSync } from 'node:fs';

const CHORUS = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.14", 
    import: ["@composeDirective", "@key", "@cacheTag", "@requiresScopes", "@external", "@requires"])
  @link(url: "https://specs.chorus.dev/chorus/v1.0", import: ["@mfa", "@feature", "@fieldCache"])
  @composeDirective(name: "@mfa") @composeDirective(name: "@feature") @composeDirective(name: "@fieldCache")
${readFileSync(`${import.meta.dirname}/../../../shared/chorus.graphql`, 'utf8')}`;

/** No value gets too old during a test, unless it is too old at once. */
const LONG = 'maxAge: 99999';
const STALE = 'maxAge: 0, swr: 99999';

const SHOP = `
  type Query {
    motto: String @fieldCache(${LONG}, scope: "PUBLIC") @cacheTag(format: "mottos")
    greet(name: String!): String @fieldCache(${LONG}, scope: "PUBLIC") @cacheTag(format: "greet-{$args.name}")
    offer(name: String): String @fieldCache(${LONG}, scope: "PRICE_BOOK")
    news: String @fieldCache(${LONG}) @cacheTag(format: "news")
    duty: String @fieldCache(${LONG}, scope: "ROLE")
    mine: String @fieldCache(${LONG}, scope: "USER") @cacheTag(format: "mine")
    live: String
    guarded: String @fieldCache(${LONG}) @requiresScopes(scopes: [["reports.read"]])
    open: String @fieldCache(${LONG}, scope: "PUBLIC") @requiresScopes(scopes: [["billing.read"]])
    extra(name: String = "all"): String @fieldCache(${LONG}, scope: "ROLE") @feature(flag: "exports", mode: "upsell")
    hidden: String @fieldCache(${LONG}) @feature(flag: "beta")
    sure: String @fieldCache(${LONG}, scope: "USER") @mfa
    entries(first: Int = 2): [Entry] @fieldCache(${LONG}, scope: "PUBLIC") @cacheTag(format: "entries")
    items(first: Int = 2): [Item] @fieldCache(${LONG}, scope: "PUBLIC")
    liveItems(first: Int = 2): [Item]
    pages(first: Int = 2): [Page] @fieldCache(${LONG})
    mixed: [Hit] @fieldCache(${LONG}, scope: "PUBLIC")
  }
  type Entry @fieldCache(${LONG}, scope: "PUBLIC") { stamp: String shelf: String @fieldCache(${LONG}) item: Item }
  type Item @key(fields: "id") { id: ID! }
  type Page @key(fields: "slug") { slug: ID! @fieldCache(${LONG}, scope: "PUBLIC") }
  union Hit = Item | Page
  type Written { at: Int item(id: ID!): Item }
  type Mutation { write(keys: [String!]!, tags: [String!]): Written }`;

const PRESS = `
  type Query {
    headline: String @fieldCache(${STALE})
    bell: String @fieldCache(${STALE}, scope: "PUBLIC")
    corner(code: String!): Page @fieldCache(${LONG}, scope: "PUBLIC") @cacheTag(format: "corner-{$args.code}")
  }
  type Page @key(fields: "region code") {
    region: String! @fieldCache(${LONG}, scope: "PUBLIC")
    code: String! @fieldCache(${LONG}, scope: "PUBLIC")
    ringing: String @fieldCache(${LONG}, scope: "ROLE")
    draft: String @external
    echo: String @requires(fields: "draft") @fieldCache(${LONG}, scope: "PUBLIC")
  }`;

const STOCK = `
  type Item @key(fields: "id") @cacheTag(format: "item-{$key.id}") {
    id: ID! @fieldCache(${LONG}, scope: "PUBLIC")
    name: String @fieldCache(${LONG}, scope: "PUBLIC")
    title(language: String): String @fieldCache(${LONG}, scope: "PUBLIC")
    price(currency: String = "EUR"): String @fieldCache(${LONG}, scope: "PRICE_BOOK")
    count: String @fieldCache(${LONG})
    margin: String @fieldCache(${LONG}, scope: "ROLE")
    note: String @fieldCache(${LONG}, scope: "USER")
    live: String
    cost: String @fieldCache(${LONG}) @requiresScopes(scopes: [["billing.read"]])
    forecast: String @fieldCache(${LONG}, scope: "PUBLIC") @feature(flag: "forecast", mode: "upsell")
    size: Size @fieldCache(${LONG}, scope: "PUBLIC")
    related(first: Int = 1): [Item] @fieldCache(${LONG})
  }
  type Size @fieldCache(${LONG}, scope: "PUBLIC") { width: String weight: String @fieldCache(${LONG}) }
  type Page @key(fields: "slug") @key(fields: "region code") {
    slug: ID! @fieldCache(${LONG}, scope: "PUBLIC")
    region: String! @fieldCache(${LONG}, scope: "PUBLIC")
    code: String! @fieldCache(${LONG}, scope: "PUBLIC")
    text: String @fieldCache(${LONG}, scope: "PUBLIC")
    draft: String @fieldCache(${LONG}, scope: "USER")
    fresh: String @fieldCache(${STALE})
    lead: Item @fieldCache(${LONG}, scope: "PUBLIC")
  }`;

/** Three subgraphs: entities have one key or two, and every scope has fields of every form. */
export const SCHEMAS: Readonly<Record<'shop' | 'press' | 'stock', string>> = {
  shop: CHORUS + SHOP,
  press: CHORUS + PRESS,
  stock: CHORUS + STOCK,
};
