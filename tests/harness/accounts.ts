import { features } from '@chorus/accounts/features.ts';
import { queuedMails } from '@chorus/accounts/mail/testing.ts';
import { given, testServices } from '@chorus/accounts/testing.ts';
import { makeSigningKey } from './keys.ts';
import { inProcess } from './subgraph.ts';

/** The accounts subgraph over services of a test's own, what fills it, and what it would mail. */
export async function accountsInProcess({
  production,
  seats,
}: { production?: boolean; seats?: number } = {}) {
  const services = testServices(await makeSigningKey(), production, seats);
  const subgraph = await inProcess('accounts', features, services);
  const { worker } = subgraph;
  const [fixtures, mails] = [given(worker, services), queuedMails(worker, services)];
  return { ...subgraph, ...fixtures, services, mails, db: worker.statements(null) };
}
