import type { Permission } from './permissions.ts';

/** How a field's values compare; what is `hidden` can be kept from somebody, but no condition can speak of it. */
export type Kind = 'id' | 'ids' | 'text' | 'texts' | 'number' | 'time' | 'flag' | 'hidden';

type Fields = Readonly<Record<string, Kind>>;

const NONE: Fields = {};

/** The closed list of fields that conditions may name and field lists may hide, per subject of a permission. */
const SUBJECTS: Readonly<Record<string, Fields>> = {
  members: { id: 'id', name: 'hidden', email: 'text', roles: 'texts', active: 'flag', joinedAt: 'time' },
  mentions: {
    id: 'id',
    trackerIds: 'ids',
    assigneeId: 'id',
    status: 'text',
    tags: 'texts',
    source: 'text',
    lang: 'text',
    authorHandle: 'text',
    authorName: 'hidden',
    text: 'hidden',
    url: 'hidden',
    publishedAt: 'time',
  },
  trackers: { id: 'id', name: 'text', handles: 'texts', hashtags: 'texts', createdAt: 'time' },
  reports: { trackerId: 'id', count: 'number' },
};

export const subjectOf = (permission: string): string => permission.slice(0, permission.lastIndexOf('.'));
export const actionOf = (permission: string): string => permission.slice(permission.lastIndexOf('.') + 1);

/** The fields grants of a permission may name; none for subjects without rows. */
export function fieldsOf(permission: Permission): Fields {
  const subject = subjectOf(permission);
  return Object.hasOwn(SUBJECTS, subject) ? (SUBJECTS[subject] ?? NONE) : NONE;
}

/** Undefined for a field the subject does not have, whatever its name is on the prototype. */
export const kindOf = (fields: Fields, field: string): Kind | undefined =>
  Object.hasOwn(fields, field) ? fields[field] : undefined;
