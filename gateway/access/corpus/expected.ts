import { ERRORS } from '@chorus/shared/errors.ts';
import type { Case, Denied } from './corpus.ts';
import { sentOf, type Seen } from './stand.ts';

/** Everything about an answer that a case fixes; the order of errors it leaves open. */
interface Comparable {
  status: number;
  challenge: string | null;
  /** As text, because the order of names counts. */
  data: string | undefined;
  errors: string[];
  sent: Record<string, string[]>;
}

export const whatCame = ({ status, challenge, body, sent }: Seen): Comparable => ({
  status,
  challenge,
  data: JSON.stringify(body.data),
  errors: sorted((body.errors ?? []).map(seenError)),
  sent,
});

export function expectedOf({ data, errors = [], invalid, code, sent = {}, ...one }: Case): Comparable {
  // In the older media type a document that does not fit is answered with 200.
  const { status = 200, challenge = null } = one;
  const told =
    invalid?.map((message) => ({ code: code ?? 'GRAPHQL_VALIDATION_FAILED', message })) ??
    errors.map(expectedError);
  return { status, challenge, data: JSON.stringify(data), errors: sorted(told), sent: sentOf(sent) };
}

const sorted = (list: readonly object[]): string[] => list.map((item) => JSON.stringify(item)).toSorted();

const expectedError = ({ code, at, path, feature, maxAge }: Denied): object => ({
  code,
  message: ERRORS[code].message,
  path,
  ...(at === path.join('.') ? {} : { affectedPath: at }),
  ...(feature === undefined ? {} : { feature }),
  ...(code === 'MFA_REQUIRED' ? { stepUp: maxAge === undefined ? {} : { maxAge } } : {}),
});

const seenError = ({ message, path, extensions }: NonNullable<Seen['body']['errors']>[number]): object => {
  const { code, affectedPath, ...rest } = extensions;
  return {
    code,
    message,
    ...(path === undefined ? {} : { path }),
    ...(affectedPath === undefined ? {} : { affectedPath }),
    ...rest,
  };
};
