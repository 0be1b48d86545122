import { randomUUID } from 'node:crypto';
import { generateSync } from 'otplib';
import { asking, type Ask } from './people.ts';
import { inMs, must, until, type Stop, type Tour } from './stop.ts';

const CHANGE = `mutation ($input: ChangePlanInput!) { changePlan(input: $input) {
  __typename ... on PlanSubscription { plan { key } } ... on Problem { message } } }`;
const QUOTE = `query ($input: QuoteInput!) { quote(input: $input) {
  ... on Quote { at total { amount currency minorUnits } monthly { amount currency } } } }`;
const ENROL = 'mutation { enrolTotp { ... on TotpEnrolment { secret } } }';
const CONFIRM = `mutation ($input: ConfirmTotpInput!) { confirmTotp(input: $input) {
  ... on TotpConfirmed { session { accessToken } } } }`;

/** Somebody who was asked for a second factor gets one. */
async function stepUp({ people, say }: Tour, billing: Ask): Promise<Ask> {
  const refused = await billing(CHANGE, { input: { plan: 'business' } });
  const { code, stepUp: wanted } = refused.body.errors[0].extensions;
  must(refused.status === 401 && code === 'MFA_REQUIRED', 'money needs a second factor', refused.body);
  say(
    `billing@globex.test  ${code}: a second factor of the last ${wanted.maxAge} s, asked for by HTTP ${refused.status}`,
  );
  const { secret } = (await billing(ENROL)).body.data.enrolTotp;
  const confirmed = await billing(CONFIRM, { input: { code: generateSync({ secret }) } });
  const { accessToken } = confirmed.body.data.confirmTotp.session;
  say('                     enrols an authenticator app and is sure enough now');
  return asking(people.url, accessToken);
}

/** A tenant that wants more, from the refusal to the open feature. */
export const upgrade: Stop = {
  title: 'A step-up, a quote, and an upgrade that opens a feature',
  visit: async (tour) => {
    const { people, say } = tour;
    const owner = await people.member('owner@globex.test');
    const look = async () => (await owner('{ shareOfVoice { share } }')).body;
    must((await look()).errors !== undefined, 'the starter plan has no share of voice', await look());
    const billing = await stepUp(tour, await people.member('billing@globex.test'));
    const { quote } = (await billing(QUOTE, { input: { plan: 'business' } })).body.data;
    const { at, total, monthly } = quote;
    say(
      `quote                ${monthly.amount} ${monthly.currency} a month, ${total.amount} for the rest of this one`,
    );
    const input = {
      plan: 'business',
      prorationAt: at,
      expectedTotal: total.minorUnits,
      idempotencyKey: randomUUID(),
    };
    // Sent twice, as a browser does that lost the first answer.
    const answers = await Promise.all([billing(CHANGE, { input }), billing(CHANGE, { input })]);
    const changed = answers.filter(({ body }) => body.data?.changePlan?.plan?.key === 'business');
    must(
      changed.length > 0,
      'the plan is business',
      answers.map(({ body }) => body),
    );
    const { ms } = await until('the feature is open', look, ({ errors }) => errors === undefined);
    say(`${inMs(ms).padEnd(8)} after the change: share of voice is open, and the change was paid once`);
  },
};
