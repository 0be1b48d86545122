import type { Database } from '@chorus/db/database.ts';
import { deletePosts, editPosts } from '../ingest/changes.ts';
import { BATCH, ingestPosts } from '../ingest/ingest.ts';
import type { Deletion, NewPost } from '../posts/new-post.ts';
import { fileBytes, peek } from '../sources/bytes.ts';
import { FORMATS, formatOf } from '../sources/formats.ts';
import { SourceError, type Format, type SourceItem } from '../sources/source.ts';
import { Reasons, type ImportReport } from './report.ts';

export interface ImportOptions {
  /** The mentions database, as its worker. */
  database: Database;
  tenantId: string;
  path: string;
  /** How to read the file; by default what stands in it tells. */
  format?: Format;
  onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  /** Bytes of the file, packed as it may be. */
  bytes: number;
  read: number;
  stored: number;
}

interface Batch {
  posts: NewPost[];
  edits: NewPost[];
  deletions: Deletion[];
}

/**
 * Stores the posts of a file, as many batches at a time as memory never notices: one is stored while the next is read.
 * @throws SourceError when nothing of the file can be read.
 */
export async function importFile(options: ImportOptions): Promise<ImportReport> {
  const progress = { bytes: 0, read: 0, stored: 0 };
  const { head, rest } = await peek(fileBytes(options.path, (bytes) => (progress.bytes = bytes)));
  const format = options.format ?? formatOf(head.toString('utf8'));
  if (format === undefined) throw new SourceError(unknownFormat(head));
  const tally = newTally(format);
  let batch = emptyBatch();
  let storing = Promise.resolve();
  const store = async () => {
    await storing;
    storing = applyBatch(options, batch, tally.report);
    storing.catch(() => undefined);
    batch = emptyBatch();
    options.onProgress?.({ ...progress, read: tally.report.read, stored: tally.report.stored });
  };
  try {
    for await (const item of format.read(rest)) {
      tally.add(item, batch);
      if (batch.posts.length + batch.edits.length + batch.deletions.length >= BATCH) await store();
    }
  } catch (error) {
    if (!(error instanceof SourceError) || tally.report.read === 0) throw error;
    tally.report.stoppedBy = error.message;
  }
  await store();
  await storing;
  return tally.finish();
}

const emptyBatch = (): Batch => ({ posts: [], edits: [], deletions: [] });

function unknownFormat(head: Buffer): string {
  if (head.length === 0) return 'The file is empty.';
  return `What is in the file is none of: ${FORMATS.map(({ title }) => title).join('; ')}.`;
}

function newTally({ name, unit }: Format) {
  const counts = { read: 0, stored: 0, duplicates: 0, edited: 0, deletions: 0, deleted: 0, matched: 0 };
  const none = { ignored: 0, ignoredFor: [], refused: 0, refusedFor: [] };
  const report: ImportReport = { format: name, unit, ...counts, ...none };
  const ignored = new Reasons();
  const refused = new Reasons();
  return {
    report,
    add: (item: SourceItem, { posts, edits, deletions }: Batch): void => {
      report.read += 1;
      if ('post' in item) posts.push(item.post);
      else if ('edit' in item) edits.push(item.edit);
      else if ('deletion' in item) deletions.push(item.deletion);
      else if ('refused' in item) refused.add(item.refused, item.line);
      else ignored.add(item.ignored, item.line);
    },
    finish: (): ImportReport =>
      Object.assign(report, {
        ignored: ignored.total,
        ignoredFor: ignored.list(),
        refused: refused.total,
        refusedFor: refused.list(),
      }),
  };
}

/** Posts before their edits, and deletions last: a deleted post stays deleted, so no other order ends differently. */
async function applyBatch(
  { database, tenantId }: ImportOptions,
  { posts, edits, deletions }: Batch,
  report: ImportReport,
): Promise<void> {
  const created = await ingestPosts(database, tenantId, posts);
  const changed = await editPosts(database, tenantId, edits);
  report.deleted += await deletePosts(database, tenantId, deletions);
  report.stored += created.stored + changed.stored;
  report.duplicates += created.duplicates + changed.duplicates;
  report.matched += created.matched + changed.matched;
  report.edited += changed.edited;
  report.deletions += deletions.length;
}
