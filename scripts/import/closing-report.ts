import type { ImportReport, ReasonCount } from '@chorus/mentions/import/report.ts';
import { grouped } from './progress.ts';

/** What a person wants to know after an import, line by line. */
export function closingReport(report: ImportReport, seconds: number): string[] {
  const { unit, stoppedBy } = report;
  const rest = report.deletions + report.edited;
  return [
    `Format        ${report.format}`,
    `Read          ${grouped(report.read)} in ${seconds.toFixed(1)} s`,
    `Stored        ${grouped(report.stored)}, of which trackers matched ${grouped(report.matched)}`,
    `Duplicates    ${grouped(report.duplicates)} (stored before, or more than once in the file)`,
    ...(rest > 0
      ? [
          `Changes       ${grouped(report.edited)} edits, ${grouped(report.deletions)} deletions (${grouped(report.deleted)} of stored posts)`,
        ]
      : []),
    `Ignored       ${grouped(report.ignored)}`,
    ...report.ignoredFor.map((reason) => reasonLine(reason, unit)),
    `Refused       ${grouped(report.refused)}`,
    ...report.refusedFor.map((reason) => reasonLine(reason, unit)),
    ...(stoppedBy === undefined ? [] : [`Stopped after ${unit} ${grouped(report.read)}: ${stoppedBy}`]),
  ];
}

function reasonLine({ reason, count, firstLines }: ReasonCount, unit: string): string {
  const more = count > firstLines.length ? ', ...' : '';
  return `  ${grouped(count).padStart(8)}  ${reason} (${unit} ${firstLines.join(', ')}${more})`;
}

/** Zero when posts arrived, now or earlier; a file of which nothing was of use fails. */
export const exitCodeOf = ({ stored, duplicates, edited, deletions, stoppedBy }: ImportReport): number =>
  stoppedBy === undefined && stored + duplicates + edited + deletions > 0 ? 0 : 1;
