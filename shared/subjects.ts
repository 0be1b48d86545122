import type { Permission } from './permissions.ts';

/** How a field's values compare. */
export type Kind = 'id' | 'ids' | 'text' | 'texts' | 'number' | 'time' | 'flag';

type Fields = Readonly<Record<string, Kind>>;

interface Subject {
  /** What conditions may speak of. */
  readonly compared: Fields;
  /** What field lists may name: fields the schema can leave out of an answer. */
  readonly hideable: readonly string[];
}

const NONE: Subject = { compared: {}, hideable: [] };

/** The closed list of fields that grants may name, per subject of a permission. */
const SUBJECTS: Readonly<Record<string, Subject>> = {
  members: {
    compared: { id: 'id', email: 'text', roles: 'texts', active: 'flag', joinedAt: 'time' },
    hideable: ['email'],
  },
  mentions: {
    compared: {
      id: 'id',
      trackerIds: 'ids',
      assigneeId: 'id',
      status: 'text',
      tags: 'texts',
      source: 'text',
      lang: 'text',
      authorHandle: 'text',
      publishedAt: 'time',
    },
    hideable: ['text', 'authorHandle', 'authorName', 'url'],
  },
  trackers: {
    compared: { id: 'id', name: 'text', handles: 'texts', hashtags: 'texts', createdAt: 'time' },
    hideable: [],
  },
  reports: { compared: { trackerId: 'id', count: 'number' }, hideable: [] },
};

export const subjectOf = (permission: string): string => permission.slice(0, permission.lastIndexOf('.'));
export const actionOf = (permission: string): string => permission.slice(permission.lastIndexOf('.') + 1);

const entryOf = (permission: Permission): Subject => {
  const subject = subjectOf(permission);
  return Object.hasOwn(SUBJECTS, subject) ? (SUBJECTS[subject] ?? NONE) : NONE;
};

/** The fields conditions of a permission may name; none for subjects without rows. */
export const fieldsOf = (permission: Permission): Fields => entryOf(permission).compared;

/** The fields a grant can keep from somebody who may see the row. */
export const hideableFields = (permission: Permission): readonly string[] => entryOf(permission).hideable;

/** Undefined for a field the subject does not have, whatever its name is on the prototype. */
export const kindOf = (fields: Fields, field: string): Kind | undefined =>
  Object.hasOwn(fields, field) ? fields[field] : undefined;
