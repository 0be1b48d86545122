import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { PASSWORD } from '@chorus/accounts/testing.ts';
import { expect, onTestFinished, test } from 'vitest';
import { client } from '../harness/client.ts';
import { newPlace, start, up } from '../harness/installation.ts';
import { readMails } from '../harness/mail.ts';

const ACCEPT = `mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { __typename } }`;
const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) { __typename ... on Session { viewer { tenant { name } permissions } } }
}`;
const STAFF_SIGN_IN = `mutation ($input: StaffSignInInput!) { staffSignIn(input: $input) { __typename } }`;

test(
  'a production installation gets its first tenant and its first staff by two commands and two mails',
  { timeout: 90_000 },
  async () => {
    const place = await newPlace();
    onTestFinished(() => place.remove());
    const env = { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', CHORUS_DATA_DIR: place.dataDir };
    const run = (script: string, ...args: string[]) =>
      new Promise<{ code: number; out: string; said: string }>((resolve) => {
        const file = join(import.meta.dirname, `../../scripts/${script}.ts`);
        const child = execFile(process.execPath, [file, ...args], { env }, (_, out, said) =>
          resolve({ code: child.exitCode ?? -1, out, said: said.trim() }),
        );
      });
    const [owner, staff] = ['olga@umbrella.test', 'sam@platform.test'];
    const create = ['create', 'umbrella', '--owner', owner, '--name', 'Umbrella'];
    expect(await run('tenant', ...create)).toMatchObject({ code: 0, said: '' });
    expect(await run('tenant', ...create)).toMatchObject({
      code: 78,
      said: 'There is a tenant "umbrella" already.',
    });
    expect(await run('tenant', 'invite', 'umbrella', '--owner', owner)).toMatchObject({ code: 0, said: '' });
    expect(await run('tenant', 'invite', 'nobody', '--owner', owner)).toMatchObject({ code: 78 });
    expect(await run('staff', 'invite', staff)).toMatchObject({ code: 0, said: '' });
    expect(await run('tenant', 'create', 'No!', '--owner', owner)).toMatchObject({ code: 78, out: '' });

    const started = await up(start(place, { NODE_ENV: 'production' }));
    onTestFinished(async () => {
      started.supervisor.kill('SIGTERM');
      await started.exit;
    });
    const ask = client(`http://127.0.0.1:${place.port}/graphql`);
    for (const to of [owner, staff]) {
      const mails = await readMails(join(place.dataDir, 'mail'), to, to === owner ? 2 : 1);
      const mail = mails.at(-1);
      const input = { token: mail?.token, name: 'First Person', password: PASSWORD };
      expect((await ask(ACCEPT, { input })).body.data.acceptInvitation.__typename).toBe('InvitationAccepted');
    }
    const credentials = { email: owner, password: PASSWORD };
    const { body } = await ask(SIGN_IN, { input: credentials });
    expect(body.data.signIn).toMatchObject({
      __typename: 'Session',
      viewer: { tenant: { name: 'Umbrella' } },
    });
    expect(body.data.signIn.viewer.permissions).toContain('roles.manage');
    const asStaff = await ask(STAFF_SIGN_IN, { input: { email: staff, password: PASSWORD } });
    expect(asStaff.body.data.staffSignIn.__typename).toBe('MfaEnrolmentNeeded');
  },
);
