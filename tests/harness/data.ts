import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Real posts and page lists beside the checkout; they are not part of it. */
const FOLDER = process.env['CHORUS_SHARED_DATA'] ?? join(import.meta.dirname, '../../../shared/data');

/** Whether the real data is on this machine; tests that need it are skipped visibly without it. */
export const hasRealData = existsSync(FOLDER);

export const realData = (file: string): string => join(FOLDER, file);
