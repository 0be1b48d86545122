import { startEmbedded } from '@chorus/db/embedded.ts';

/** A process of its own that starts the server of a folder, says so in one line of JSON, and stays until killed. */
const [dataDir = '', umask] = process.argv.slice(2);
if (umask !== undefined) process.umask(Number.parseInt(umask, 8));
const { adminUrl, pid, adopted, directory } = await startEmbedded({ dataDir, settings: { fsync: 'off' } });
process.stdout.write(`${JSON.stringify({ adminUrl, pid, adopted, directory })}\n`);
setInterval(() => {}, 60_000);
