/** The operations the tests of signing in share. */
const RESULT = `
  __typename
  ... on Session { accessToken refreshToken expiresAt viewer { email permissions member { id } tenant { slug } } }
  ... on MfaChallenge { challengeToken methods expiresAt }
  ... on SignInRefused { message }`;

export const SIGN_IN = `mutation ($email: String!, $password: String!, $tenant: String) {
  signIn(input: { email: $email, password: $password, tenant: $tenant }) {${RESULT}}
}`;

export const COMPLETE_MFA = `mutation ($challengeToken: String!, $code: String!) {
  completeMfa(input: { challengeToken: $challengeToken, code: $code }) {${RESULT}}
}`;

export const REFRESH = `mutation ($refreshToken: String) {
  refreshSession(input: { refreshToken: $refreshToken }) {${RESULT}}
}`;

export const SIGN_OUT = `mutation ($refreshToken: String) {
  signOut(input: { refreshToken: $refreshToken }) { __typename ... on SignedOut { ended } }
}`;

export const REFUSED = { __typename: 'SignInRefused', message: 'You could not be signed in.' };
