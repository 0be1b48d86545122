import { jsonProblem } from './json-limits.ts';
import { metersOf, OWN_TYPES } from './meters.ts';
import { quantityProblem } from './quantity.ts';
import { rfc3339 } from './rfc3339.ts';

/** An event of usage, checked: everything in it can be stored and counted. */
export interface UsageEvent {
  source: string;
  id: string;
  type: string;
  subject: string | null;
  time: Date;
  /** Any JSON; null for none. */
  data: unknown;
}

/** The attributes of CloudEvents 1.0 that are read; others are unknown here. */
export interface SentEvent {
  specversion?: string | null | undefined;
  id: string;
  source: string;
  type: string;
  subject?: string | null | undefined;
  /** RFC 3339; without it the event happens when it arrives. */
  time?: string | null | undefined;
  datacontenttype?: string | null | undefined;
  data?: unknown;
}

export type RefusedPart = 'SPECVERSION' | 'ID' | 'SOURCE' | 'TYPE' | 'SUBJECT' | 'TIME' | 'DATA' | 'QUANTITY';

/** Why an event is not taken. */
export interface Refused {
  part: RefusedPart;
  message: string;
}

/** The source of what the platform itself tells. */
export const OWN_SOURCE = 'gateway';

const LONGEST_NAME = 255;
const MOST_AHEAD_MS = 5 * 60_000;
const MOST_BACK_MS = 366 * 86_400_000;
// oxlint-disable-next-line no-control-regex -- what PostgreSQL cannot store, or nobody can read
const UNPRINTABLE = /[\u0000-\u001f\u007f]/;

/** Checks one event; the first thing that is wrong is told. */
export function usageEvent(sent: SentEvent, now: number): UsageEvent | Refused {
  const time = sent.time === undefined || sent.time === null ? new Date(now) : rfc3339(sent.time);
  const found = attributeProblem(sent) ?? timeProblem(time, now) ?? dataProblem(sent);
  if (found !== undefined || time === undefined) return found ?? refused('TIME', 'time is none.');
  const { id, source, type, subject, data } = sent;
  return { id, source, type, subject: subject ?? null, time, data: data ?? null };
}

export const isRefused = (checked: UsageEvent | Refused): checked is Refused => 'part' in checked;
export const isTaken = (checked: UsageEvent | Refused): checked is UsageEvent => !isRefused(checked);

function attributeProblem({ specversion, id, source, type, subject }: SentEvent): Refused | undefined {
  if ((specversion ?? '1.0') !== '1.0') return refused('SPECVERSION', 'specversion must be 1.0.');
  if (!isName(id)) return refused('ID', `id must have ${NAME}.`);
  if (!isName(source)) return refused('SOURCE', `source must have ${NAME}.`);
  if (source === OWN_SOURCE) return refused('SOURCE', `source ${OWN_SOURCE} is the platform itself.`);
  if (!isName(type)) return refused('TYPE', `type must have ${NAME}.`);
  if (OWN_TYPES.has(type)) return refused('TYPE', `Only the platform itself tells of ${type}.`);
  if (subject !== undefined && subject !== null && !isName(subject))
    return refused('SUBJECT', `subject must have ${NAME}, or be left out.`);
  const isNeeded = metersOf(type).some(({ aggregation }) => aggregation === 'UNIQUE_COUNT');
  if (isNeeded && (subject ?? null) === null)
    return refused('SUBJECT', `Events of type ${type} are counted by subject, so they must have one.`);
  return undefined;
}

function timeProblem(time: Date | undefined, now: number): Refused | undefined {
  if (time === undefined) return refused('TIME', 'time must be RFC 3339, such as 2026-01-31T12:00:00Z.');
  if (time.getTime() > now + MOST_AHEAD_MS)
    return refused('TIME', 'time is more than 5 minutes in the future.');
  if (time.getTime() < now - MOST_BACK_MS) return refused('TIME', 'time is more than 366 days ago.');
  return undefined;
}

function dataProblem({ type, datacontenttype, data }: SentEvent): Refused | undefined {
  if ((datacontenttype ?? 'application/json') !== 'application/json')
    return refused('DATA', 'datacontenttype must be application/json.');
  const problem = jsonProblem(data ?? null);
  if (problem !== undefined) return refused('DATA', `data ${problem}.`);
  for (const { property, fractions = false } of metersOf(type)) {
    if (property === undefined) continue;
    const wrong = quantityProblem(valueOf(data, property), !fractions);
    if (wrong !== undefined) return refused('QUANTITY', `data.${property} ${wrong}.`);
  }
  return undefined;
}

const NAME = `from 1 to ${LONGEST_NAME} printable characters`;

const isName = (text: string): boolean =>
  text.length > 0 && text.length <= LONGEST_NAME && text.isWellFormed() && !UNPRINTABLE.test(text);

const valueOf = (data: unknown, property: string): unknown =>
  typeof data === 'object' && data !== null && Object.hasOwn(data, property)
    ? (data as Record<string, unknown>)[property]
    : undefined;

const refused = (part: RefusedPart, message: string): Refused => ({ part, message });
