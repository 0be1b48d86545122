/** Rows of cells as a Markdown table; the first row is the head. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const [head = [], ...body] = rows.map((row) => `| ${row.join(' | ')} |`);
  return [head, `|${(rows[0] ?? []).map(() => '---').join('|')}|`, ...body].join('\n');
}

/** The value below which `share` of the samples lie. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const micros = (ms: number): string => `${(ms * 1_000).toFixed(ms < 0.1 ? 1 : 0)} us`;
