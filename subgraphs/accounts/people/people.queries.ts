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
