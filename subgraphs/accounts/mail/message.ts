import { isEmail } from '../people/email.ts';
import type { OutgoingMail } from './mailer.ts';

/** Who a mail is from. */
export interface Mailbox {
  name: string;
  address: string;
}

/** Reads `Name <address>` or an address alone; undefined for anything else, such as two lines. */
export function parseMailbox(text: string): Mailbox | undefined {
  const [, name = '', address = ''] = /^(?:([^<>\p{Cc}]*)<)?([^<>]+)>?$/u.exec(text.trim()) ?? [];
  return isEmail(address) ? { name: name.trim(), address } : undefined;
}

/** A message of RFC 5322 with a plain text in UTF-8. */
export function message(from: Mailbox, { id, to, subject, text, date }: OutgoingMail): string {
  const lines = text.trimEnd().split(/\r\n|\r|\n/);
  if (!isEmail(to) || lines.some((line) => Buffer.byteLength(line) > MAX_LINE))
    throw new Error('not a mail that can be written');
  return [
    `From: ${from.name === '' ? '' : `${phrase(from.name)} `}<${from.address}>`,
    `To: <${to}>`,
    `Subject: ${unstructured(subject)}`,
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${id}@${from.address.slice(from.address.indexOf('@') + 1)}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Transfer-Encoding: ${isAscii(text) ? '7bit' : '8bit'}`,
    '',
    ...lines,
    '',
  ].join('\r\n');
}

/** In bytes, without the end of the line. */
const MAX_LINE = 998;
/** With the name of the header it stays within the 78 characters that RFC 5322 recommends. */
const MAX_PLAIN = 66;
/** So many bytes become the longest encoded word that RFC 2047 allows. */
const WORD_BYTES = 45;

const isAscii = (text: string): boolean => /^[\t\r\n -~]*$/.test(text);

const unstructured = (text: string): string =>
  text.length <= MAX_PLAIN && /^[ -~]*$/.test(text) && !text.includes('=?') ? text : encodedWords(text);

function phrase(name: string): string {
  if (/^[A-Za-z0-9 ]{1,66}$/.test(name)) return name;
  return /^[ -~]{1,66}$/.test(name) ? `"${name.replaceAll(/["\\]/g, '\\$&')}"` : encodedWords(name);
}

/** Whole characters in each word, so that each can be decoded by itself; whatever ends a line is gone. */
function encodedWords(text: string): string {
  const words = [''];
  for (const character of text.replaceAll(/\p{Cc}/gu, ' ')) {
    const word = words.at(-1) ?? '';
    if (Buffer.byteLength(word + character) > WORD_BYTES) words.push(character);
    else words[words.length - 1] = word + character;
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join('\r\n ');
}
