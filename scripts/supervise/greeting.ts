import type { DemoCredentials } from '@chorus/shared/demo.ts';

const QUERY = '{ tenant { name } mentions(first: 3) { nodes { text } } }';

/** What a person needs to go on: where it is and, in the demo, how to get in. */
export function greeting(gatewayUrl: string, demo: DemoCredentials | undefined): string {
  const lines = ['', `Chorus is up at ${gatewayUrl}`];
  if (demo) {
    const emails = [...new Set(demo.users.map(({ email }) => email))];
    const [first = '', ...others] = new Set(demo.users.map(({ tenant }) => `@${tenant}.test`));
    const ofSeveral = emails.filter((email) => ![first, ...others].some((domain) => email.endsWith(domain)));
    const key = demo.apiKeys.find(({ tenant }) => tenant === 'acme') ?? demo.apiKeys[0];
    lines.push(
      `Explore it at  ${new URL('/explore', gatewayUrl).href}`,
      '',
      `Sign in as     ${emails.filter((email) => email.endsWith(first)).join(', ')}`,
      `               the same roles ${others.join(' and ')}; ${ofSeveral.join(', ')} is in several tenants`,
      `               ${demo.staff} is staff of the platform, who sign in by staffSignIn`,
      `Password       ${demo.password}`,
      `TOTP secret    ${demo.totpSecret} (owners, admins and staff)`,
      '',
      ...(key ? [curl(gatewayUrl, key.key), ''] : []),
    );
  }
  return `${lines.join('\n')}\n`;
}

const curl = (gatewayUrl: string, key: string) =>
  `curl -s ${gatewayUrl} -H 'content-type: application/json' -H 'authorization: Bearer ${key}' -d '${JSON.stringify({ query: QUERY })}'`;
