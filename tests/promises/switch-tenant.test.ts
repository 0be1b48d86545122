import { PASSWORD } from '@chorus/accounts/testing.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { client, freshTenant, sharedSystem } from '../harness/client.ts';

const SESSION = '__typename ... on Session { accessToken refreshToken viewer { tenant { slug } } }';
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) { ${SESSION} } }`;
const SWITCH = `mutation ($tenant: String!) { switchTenant(input: { tenant: $tenant }) { ${SESSION} } }`;
const REFRESH = `mutation { refreshSession { ${SESSION} } }`;
const TENANTS = '{ viewer { tenant { slug } tenants { slug } } }';

test('a browser goes over to another tenant, with its refresh token in the cookie only', async () => {
  const system = await sharedSystem();
  const [here, there] = [await freshTenant(system), await freshTenant(system)];
  onTestFinished(() => Promise.all([here.end(), there.end()]).then(() => undefined));
  const { email } = await here.join({ roles: ['viewer'] });
  await there.join({ email, roles: ['analyst'] });
  const { origin } = new URL(system.gatewayUrl);
  const browser = (token?: string, cookie = '') =>
    client(system.gatewayUrl, token, { 'x-chorus-session': 'cookie', origin, cookie });
  const cookieOf = (headers: Headers) => headers.get('set-cookie')?.split(';')[0] ?? '';

  const input = { email, password: PASSWORD, tenant: here.tenant.slug };
  const begun = await browser()(SIGN_IN, { input });
  const { accessToken } = begun.body.data.signIn;
  const ask = browser(accessToken, cookieOf(begun.headers));
  expect((await ask(TENANTS)).body.data.viewer).toEqual({
    tenant: { slug: here.tenant.slug },
    tenants: [{ slug: there.tenant.slug }],
  });

  const over = await ask(SWITCH, { tenant: there.tenant.slug });
  expect(over.body.data.switchTenant).toMatchObject({
    __typename: 'Session',
    refreshToken: null,
    viewer: { tenant: { slug: there.tenant.slug } },
  });
  expect(cookieOf(over.headers)).toMatch(/^chorus_refresh=./);
  const renewed = await browser(undefined, cookieOf(over.headers))(REFRESH);
  expect(renewed.body.data.refreshSession.viewer.tenant.slug).toBe(there.tenant.slug);
  await vi.waitFor(async () => expect((await ask(TENANTS)).status).toBe(401), {
    timeout: 2_000,
    interval: 20,
  });
  const before = await browser(undefined, cookieOf(begun.headers))(REFRESH);
  expect(before.body.data.refreshSession.__typename).toBe('SignInRefused');
});
