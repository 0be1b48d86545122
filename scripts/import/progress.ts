import type { ImportProgress } from '@chorus/mentions/import/import-file.ts';

const BAR = 30;
const LINE_MS = 2_000;
const BAR_MS = 100;

export const grouped = (count: number): string => count.toLocaleString('en');

/** A bar that redraws itself on a terminal; elsewhere a line every two seconds. */
export function progressOn(out: NodeJS.WriteStream, totalBytes: number) {
  const every = out.isTTY ? BAR_MS : LINE_MS;
  let shown = Date.now() - (out.isTTY ? every : 0);
  const show = ({ bytes, read, stored }: ImportProgress): void => {
    if (Date.now() - shown < every) return;
    shown = Date.now();
    const part = totalBytes === 0 ? 1 : Math.min(1, bytes / totalBytes);
    const percent = `${Math.floor(part * 100)}`.padStart(3);
    const numbers = `${percent} %  ${grouped(read)} read, ${grouped(stored)} stored`;
    const filled = Math.round(part * BAR);
    out.write(
      out.isTTY ? `\r\u001b[K[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ${numbers}` : `${numbers}\n`,
    );
  };
  const end = (): void => {
    if (out.isTTY) out.write('\r\u001b[K');
  };
  return { show, end };
}
