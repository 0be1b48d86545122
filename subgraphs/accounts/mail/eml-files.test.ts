import { newId } from '@chorus/shared/id.ts';
import { readMails } from '@chorus/tests/harness/mail.ts';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { emlFiles } from './eml-files.ts';
import { message, parseMailbox } from './message.ts';

const FROM = { name: 'Chorus', address: 'no-reply@chorus.test' };
const mail = {
  id: newId(),
  to: 'ana@people.test',
  subject: 'Hello',
  text: 'Hello,\n\nhttp://app.test/#token=abc\n',
  date: new Date('2026-03-01T08:09:10.111Z'),
};

function place() {
  const parent = mkdtempSync(join(tmpdir(), 'chorus-mail-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  return join(parent, 'mail');
}

test('a mail becomes one file that only its owner reads, also when it is sent again', async () => {
  const folder = place();
  const transport = emlFiles(folder, FROM);
  await transport.send(mail);
  await transport.send(mail);
  const name = `2026-03-01T08-09-10.111Z-${mail.id}.eml`;
  expect(readdirSync(folder)).toEqual([name]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, name), 'utf8')).toBe(message(FROM, mail));
  expect(await readMails(folder, mail.to)).toEqual([
    { subject: mail.subject, text: mail.text, token: 'abc' },
  ]);
});

test('a message has the form of RFC 5322', () => {
  expect(message(FROM, mail).split('\r\n')).toEqual([
    'From: Chorus <no-reply@chorus.test>',
    'To: <ana@people.test>',
    'Subject: Hello',
    'Date: Sun, 01 Mar 2026 08:09:10 +0000',
    `Message-ID: <${mail.id}@chorus.test>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 7bit',
    '',
    'Hello,',
    '',
    'http://app.test/#token=abc',
    '',
  ]);
  expect(message(FROM, { ...mail, text: 'Grüße' })).toContain('Content-Transfer-Encoding: 8bit\r\n');
});

test.each(['Grüße aus Zürich', '🦊'.repeat(60), `${'long '.repeat(30)}end`, '=?UTF-8?B?eA==?='])(
  'the subject %s is read as it was written, from short lines',
  async (subject) => {
    const folder = place();
    await emlFiles(folder, FROM).send({ ...mail, subject });
    expect((await readMails(folder, mail.to))[0]?.subject).toBe(subject);
    for (const line of message(FROM, { ...mail, subject })
      .split('\r\n')
      .slice(0, 9)) {
      expect(line.length).toBeLessThanOrEqual(90);
      expect(line).toMatch(/^[ -~]*$/);
    }
  },
);

test('senders are names with an address, or an address', () => {
  expect(parseMailbox('Chorus <no-reply@chorus.test>')).toEqual(FROM);
  expect(parseMailbox('no-reply@chorus.test')).toEqual({ ...FROM, name: '' });
  for (const wrong of [
    'Chorus',
    'Chorus <no-reply>',
    'A\r\nBcc: b@c.test <a@b.test>',
    'a@b.test, c@d.test',
    '',
  ])
    expect(parseMailbox(wrong)).toBeUndefined();
  const from = (name: string) => message({ ...FROM, name }, mail).split('\r\n')[0];
  expect(from('Acme, "the" team')).toBe('From: "Acme, \\"the\\" team" <no-reply@chorus.test>');
  expect(from('Zürich')).toBe('From: =?UTF-8?B?WsO8cmljaA==?= <no-reply@chorus.test>');
});
