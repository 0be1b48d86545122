import { transactionOf, type Transaction } from '@chorus/db/context.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { newId } from '@chorus/shared/id.ts';
import { isPlatformRole } from '@chorus/shared/permissions.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { saveAssignments } from '../assignments/assignments.queries.ts';
import { audit, NO_TENANT } from '../audit/audit.service.ts';
import { auditRefusal } from '../audit/refusal.service.ts';
import type { Context } from '../context.ts';
import { parseMailToken, type TokenKey } from '../mail/mail-token.ts';
import { areSeatsTaken, seatsOf } from '../members/seats.service.ts';
import { checkedName } from '../names.ts';
import { passwordWeakness, type PasswordWeakness } from '../people/password-rules.ts';
import { hashPassword, isPasswordLength } from '../people/passwords.ts';
import { addPerson, findPerson } from '../people/people.queries.ts';
import { provePassword } from '../people/people.service.ts';
import { rolesById } from '../roles/roles.queries.ts';
import { tenantsById } from '../tenants/tenants.queries.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';
import { accountOf, mailedTokenAttempt } from '../throttling/attempts.service.ts';
import {
  findInvitation,
  isOpenInvitation,
  markAccepted,
  type FoundInvitation,
} from './invitations.queries.ts';
import { joinAsMember } from './joining.queries.ts';

/** Its people are staff, whatever else somebody with that address is. */
const isPlatform = (tenantId: string): boolean => tenantId === PLATFORM_TENANT;

type Invited = FoundInvitation & TokenKey;

/** Who accepts; the hash only of a person who is new. */
interface Joining {
  personId: string;
  name: string;
  passwordHash: string | null;
}

/** A token, name and password as they came. */
export interface Answer {
  token: string;
  name: string;
  password: string;
}

/** Makes a member, but begins no session: signing in comes after it, with whatever the tenant asks for. */
export async function acceptInvitation(ctx: Context, answer: Answer) {
  const name = checkedName(answer.name);
  if (typeof name !== 'string') throw new AppError('BAD_USER_INPUT', name.invalid);
  if (!isPasswordLength(answer.password)) return 'wrong-length';
  const attempt = await mailedTokenAttempt(ctx);
  if (!attempt.open) return 'refused';

  const key = parseMailToken(answer.token);
  const found = key && (await findInvitation(ctx.database.statements(null), key));
  const outcome = key && found ? await accept(ctx, { ...found, ...key }, { ...answer, name }) : 'refused';
  if (typeof outcome !== 'string') await attempt.succeeded();
  else if (outcome === 'refused' || outcome === 'seats-full')
    await auditRefusal(ctx, 'invitation.refused', 'mailed-token', {
      tenantId: found?.tenantId ?? NO_TENANT,
      ...(found && { invitationId: found.id }),
      reason: outcome,
    });
  return outcome;
}

async function accept(ctx: Context, invited: Invited, answer: Answer) {
  const joining = await whoJoins(ctx, invited, answer);
  if (typeof joining === 'string') return joining;
  const { tenantId, invitedBy } = invited;
  // The first owner comes before any plan.
  const seats = await seatsOf(ctx, tenantId, invitedBy === null ? Infinity : undefined);
  return transactionOf(ctx.database, tenantId, (transaction) =>
    join(ctx, transaction, invited, { ...joining, seats }),
  );
}

/** Somebody known proves their password, and somebody new chooses one: one argon2 either way. */
async function whoJoins(
  ctx: Context,
  { tenantId, email, words }: Invited,
  { name, password }: Answer,
): Promise<Joining | PasswordWeakness | 'refused'> {
  const staff = isPlatform(tenantId);
  const known = await findPerson(ctx.database.statements(null), { email, staff });
  if (known === undefined) {
    const weakness = passwordWeakness(password, [email, name, ...words]);
    return weakness ?? { personId: newId(), name, passwordHash: await hashPassword(password) };
  }
  if (known.demo && ctx.services.production) return 'refused';
  const proof = await provePassword(ctx, accountOf(email, staff), password, known.passwordHash);
  return proof === 'right' ? { personId: known.personId, name, passwordHash: null } : 'refused';
}

/** Refuses before it writes anything, because what it writes before it answers stays. */
async function join(
  ctx: Context,
  transaction: Transaction,
  { id, tokenHash, email, roles, invitedBy }: Invited,
  { personId, name, passwordHash, seats }: Joining & { seats: number },
) {
  await lockTenant(transaction);
  if (!(await isOpenInvitation(transaction, { id, tokenHash }))) return 'refused';
  if (await areSeatsTaken(transaction, seats)) return 'seats-full';
  const staff = isPlatform(transaction.tenantId);
  const person = { id: personId, email, name, staff };
  if (passwordHash !== null && !(await addPerson(transaction.db, { ...person, passwordHash })))
    return 'refused';
  const memberId = await joinAsMember(transaction, { id: newId(), personId, name, email });
  if (memberId === undefined) return 'refused';

  const known = await rolesById(transaction, roles);
  const given = roles.filter((role) => (staff ? isPlatformRole(role) : known.has(role)));
  const held = {
    subjectKind: 'member',
    subjectId: memberId,
    source: 'invitation',
    assignedBy: invitedBy,
  } as const;
  await saveAssignments(
    transaction,
    given.map((role) => ({ ...held, role })),
  );
  await markAccepted(transaction, id);
  await audit(ctx, transaction, {
    action: 'invitation.accepted',
    actor: { kind: 'member', id: memberId },
    targets: [{ kind: 'invitation', id }],
    after: { roles: given },
  });
  await tenantChanged(transaction, { members: [memberId] });
  const { tenantId } = transaction;
  return { email, tenant: (await tenantsById(transaction, [tenantId])).get(tenantId) ?? null };
}
