const list = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** A schema of 500 types and nearly 4,000 fields in which most types lead to each other, as in large graphs. */
export function largeSchema(): string {
  return [
    `type Query { ${list(60, (n) => `q${n}(id: ID!, first: Int = 10, filter: In${n}): T${n}`).join(' ')} }`,
    ...list(340, object),
    ...list(20, (n) => `interface I${n} { id: ID! }`),
    ...list(20, (n) => `union U${n} = T${n} | T${n + 20} | T${n + 40}`),
    ...list(40, (n) => `enum E${n} { A${n} B${n} C${n} D${n} }`),
    ...list(80, (n) => `input In${n} { a: Int b: String! c: [ID!] d: E${n % 40} e: In${(n + 1) % 80} }`),
  ].join('\n');
}

function object(n: number): string {
  const returned = (field: number) =>
    field < 3
      ? `T${(n * 7 + field * 13) % 340}`
      : [`[T${(n + 1) % 340}!]!`, `E${n % 40}`, `U${n % 20}`, '[String!]!', 'String!'][
          Math.min(field - 3, 4)
        ];
  const fields = list(9, (field) => {
    const args = field % 3 === 0 ? `(first: Int, after: String, order: E${(n + field) % 40})` : '';
    return `"Field ${field} of type ${n}, described." f${field}${args}: ${returned(field)}`;
  });
  const implemented = n % 4 === 0 ? `implements I${n % 20}` : '';
  return `"Type ${n} of many, described." type T${n} ${implemented} { id: ID! ${fields.join(' ')} }`;
}
