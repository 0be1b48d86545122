import { sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { person } from './people.table.ts';

type Db = Scope['db'];

/** The one membership an e-mail address and perhaps a slug stand for. */
export interface SignInCandidate {
  tenantId: string;
  memberId: string;
  personId: string;
  passwordHash: string;
  demo: boolean;
}

/** Asked before the tenant is known: undefined also when a person of several tenants names none. */
export async function findSignIn(
  db: Db,
  email: string,
  slug: string | null,
  staff = false,
): Promise<SignInCandidate | undefined> {
  const [row] = await db.execute<SignInCandidate & Record<string, unknown>>(sql`
    select tenant_id as "tenantId", member_id as "memberId", person_id as "personId",
      password_hash as "passwordHash", demo
    from find_sign_in(${email}::text, ${slug}::text, ${staff}::boolean)`);
  return row;
}

/** A person as all their tenants together see them. */
export interface Person {
  personId: string;
  email: string;
  passwordHash: string;
  demo: boolean;
  /** Where they are members or still signed in; in the order in which tenants are locked. */
  places: { tenantId: string; memberId: string }[];
  /** Names and addresses that make bad passwords. */
  words: string[];
}

/** By id, or by address (lower case) among staff or among all others. */
export async function findPerson(
  db: Db,
  { id, email, staff = false }: { id?: string; email?: string; staff?: boolean },
): Promise<Person | undefined> {
  const [row] = await db.execute<Person & Record<string, unknown>>(sql`
    select person_id as "personId", email, password_hash as "passwordHash", demo, places, to_json(words) as words
    from find_person(${id ?? null}::uuid, ${email ?? null}::text, ${staff}::boolean)`);
  return row;
}

/** False when somebody has the address already. */
export async function addPerson(
  db: Db,
  { id, email, name, passwordHash, staff }: Omit<typeof person.$inferInsert, 'demo'> & { staff: boolean },
): Promise<boolean> {
  const [row] = await db.execute<{ added: string | null }>(sql`
    select add_person(${id}::uuid, ${email}::text, ${name}::text, ${passwordHash}::text,
      ${staff}::boolean) as added`);
  return row?.added === id;
}

/** The same password under another cost, unless it was changed meanwhile. */
export async function rehashPassword(
  db: Db,
  personId: string,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await db.execute(sql`select rehash_password(${personId}::uuid, ${from}::text, ${to}::text)`);
}

/** The salt of the person's password, which nobody replaces before the transaction ends. */
export async function holdPassword({ db }: Scope, personId: string): Promise<string | undefined> {
  const [row] = await db.execute<{ salt: string | null }>(sql`
    select hold_password(${personId}::uuid) as salt`);
  return row?.salt ?? undefined;
}

/** As the worker role; a person already known by that address keeps the id and gets the new password. */
export async function savePerson(
  { db }: Scope,
  { id, email, name, passwordHash, staff = false, demo }: typeof person.$inferInsert,
): Promise<string> {
  const [row] = await db
    .insert(person)
    .values({ id, email, name, passwordHash, staff, demo })
    .onConflictDoUpdate({ target: [person.email, person.staff], set: { passwordHash } })
    .returning({ id: person.id });
  return row?.id ?? id;
}
