import { subgraph, type TestSubgraph } from '../testing.ts';

export const CHORUS = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.14", import: ["@composeDirective", "@key", "@external", "@requires"])
  @link(url: "https://specs.chorus.dev/chorus/v1.0", import: ["@fieldCache"])
  @composeDirective(name: "@fieldCache")
  directive @fieldCache(maxAge: Int!, scope: String = "TENANT", swr: Int, sie: Int) on FIELD_DEFINITION | OBJECT\n`;

const DESK = `${CHORUS}
  type Query { parcel: Parcel @fieldCache(maxAge: 600) }
  type Parcel @key(fields: "id") { id: ID! @fieldCache(maxAge: 600) }`;

const PARCELS = `${CHORUS}
  type Parcel @key(fields: "id") {
    id: ID!
    weight: Int @fieldCache(maxAge: 600)
    size: Size @fieldCache(maxAge: 10)
    label: String @fieldCache(maxAge: 600)
  }
  type Size @fieldCache(maxAge: 600) { width: Int }`;

const POST = `${CHORUS}
  type Parcel @key(fields: "id") {
    id: ID!
    weight: Int @external
    size: Size @external
    postage: String @requires(fields: "weight size { width }") @fieldCache(maxAge: 600)
  }
  type Size { width: Int @external }`;

interface Parcel {
  weight: number;
  size: { width: number };
}

/** Subgraphs in which postage is worked out from weight and size, which tell the moment they are of. */
export async function parcels(now: () => number): Promise<TestSubgraph[]> {
  const parcel = () => ({ id: '1', weight: now(), size: { width: now() }, label: `label ${now()}` });
  const postage = ({ weight, size }: Parcel) => `${weight} and ${size.width}`;
  return [
    await subgraph('desk', DESK, { Query: { parcel: () => ({ id: '1' }) } }),
    await subgraph('parcels', PARCELS, { Parcel: { __resolveReference: parcel } }),
    await subgraph('post', POST, { Parcel: { postage } }),
  ];
}
