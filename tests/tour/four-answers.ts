import { must, type Stop } from './stop.ts';

const QUERY = '{ trackers { name } shareOfVoice { share } plans { key price { amount currency } } }';

interface Told {
  path?: string[];
  extensions: { code: string; feature?: string; plan?: string; layer?: string };
}

const FIELDS = ['trackers', 'shareOfVoice', 'plans'] as const;

/** A field as the caller got it: how much of it, or why not. */
function shown(field: string, value: unknown, errors: readonly Told[]): string {
  const { extensions } = errors.find(({ path }) => path?.[0] === field) ?? {};
  if (extensions === undefined) return `${field} ${amount(field, value)}`;
  const { code, feature, plan } = extensions;
  return `${field} ${code}${feature === undefined ? '' : ` (${feature} comes with ${plan})`}`;
}

interface Plan {
  key: string;
  price: { amount: string; currency: string };
}

function amount(field: string, value: unknown): string {
  if (field !== 'plans') return String((value as unknown[]).length);
  const business = (value as Plan[]).find(({ key }) => key === 'business');
  return `business at ${business?.price.amount} ${business?.price.currency}`;
}

/** What two tenants and two roles get of the same text. */
export const fourAnswers: Stop = {
  title: 'One query, four people, four answers',
  visit: async ({ people, say }) => {
    say(QUERY);
    const answers = new Set<string>();
    for (const email of ['owner@acme.test', 'viewer@acme.test', 'owner@globex.test', 'viewer@globex.test']) {
      const ask = await people.member(email);
      const {
        data,
        errors = [],
        extensions,
      } = (await ask(QUERY, {}, { 'chorus-explain': '1' })).body as {
        data: Record<string, unknown>;
        errors?: Told[];
        extensions?: { why: { paths: Record<string, { feature?: { layer: string } }> } };
      };
      const answer = FIELDS.map((field) => shown(field, data[field], errors)).join(' · ');
      answers.add(answer);
      say(`${email.padEnd(20)} ${answer}`);
      const layer = extensions?.why.paths['shareOfVoice']?.feature?.layer;
      if (layer !== undefined) say(`${' '.repeat(20)} share_of_voice was decided by: ${layer}`);
    }
    must(answers.size === 4, 'four answers are different', [...answers]);
  },
};
