import type { Documented } from './request.ts';

const LONGEST_USER_AGENT = 300;

/** Where a request came from, as the audit log tells it. */
export function originOf({ id, address, headers }: Documented) {
  const userAgent = headers['user-agent']?.slice(0, LONGEST_USER_AGENT);
  return {
    requestId: id,
    clientAddress: address,
    ...(userAgent === undefined ? {} : { userAgent }),
  };
}
