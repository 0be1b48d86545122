import { ERRORS, isErrorCode } from '@chorus/shared/errors.ts';
import { Refusal } from '../errors/errors.ts';
import type { Answer, Incoming } from '../request.ts';

/** Makes GraphQL of what is sent to a path where something else is spoken, and that again of the answer. */
export interface Translation {
  asked: (incoming: Incoming) => Incoming;
  answered: (answer: Answer) => Answer;
}

const TYPES: Readonly<Record<string, 'one' | 'batch'>> = {
  'application/cloudevents+json': 'one',
  'application/cloudevents-batch+json': 'batch',
};
/** What is read of a CloudEvent; others may have put more into it on its way. */
const ATTRIBUTES = ['specversion', 'id', 'source', 'type', 'subject', 'time', 'datacontenttype', 'data'];

const RECORD = `mutation RecordUsageEvents($events: [UsageEventInput!]!) {
  recordUsage(input: { events: $events }) {
    ... on RecordedUsage { recorded events { index id duplicate metered late problem { reason message } } }
    ... on Problem { message }
  }
}`;

/** `POST /usage/events`: CloudEvents in JSON, one or a batch, on their way through every stage as the mutation they are. */
export const usageEvents: Translation = {
  asked: (incoming) => ({
    ...incoming,
    method: 'POST',
    headers: { ...incoming.headers, 'content-type': 'application/json' },
    read: async (limit) => {
      const form = formOf(incoming);
      const sent = await incoming.read(limit);
      return { query: RECORD, variables: { events: eventsIn(sent, form).map(attributesOf) } };
    },
  }),
  answered: (answer) => {
    const { data, errors } = answer.body as Answered;
    const { message, ...recorded } = data?.recordUsage ?? {};
    if (message !== undefined) return refusal(answer, message);
    if (errors === undefined && data?.recordUsage !== undefined) return { ...answer, body: recorded };
    const code = errors?.[0]?.extensions.code;
    if (answer.status !== 200 || !isErrorCode(code)) return answer;
    return { ...answer, status: ERRORS[code].status, body: { errors } };
  },
};

interface Answered {
  data?: { recordUsage?: { message?: string } | null } | null;
  errors?: readonly { extensions: { code: string } }[];
}

const refusal = ({ headers }: Answer, message: string): Answer => ({
  status: ERRORS.BAD_USER_INPUT.status,
  headers,
  body: { errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] },
});

function formOf({ method, headers }: Incoming): 'one' | 'batch' {
  if (method !== 'POST')
    throw new Refusal('BAD_REQUEST', 'Send POST.', { status: 405, headers: { allow: 'POST' } });
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  const form = TYPES[type.trim().toLowerCase()];
  if (form !== undefined) return form;
  const message = `The content type must be ${Object.keys(TYPES).join(' or ')}.`;
  throw new Refusal('BAD_REQUEST', message, { status: 415 });
}

function eventsIn(sent: unknown, form: 'one' | 'batch'): unknown[] {
  if (form === 'one') return [sent];
  if (Array.isArray(sent)) return sent;
  throw new Refusal('BAD_REQUEST', 'A batch is a JSON array of events.');
}

function attributesOf(event: unknown, index: number): Record<string, unknown> {
  if (typeof event !== 'object' || event === null || Array.isArray(event))
    throw new Refusal('BAD_REQUEST', `Event ${index} is no JSON object.`);
  return Object.fromEntries(
    ATTRIBUTES.filter((name) => Object.hasOwn(event, name)).map((name) => [
      name,
      (event as Record<string, unknown>)[name],
    ]),
  );
}
