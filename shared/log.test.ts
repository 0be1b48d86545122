import { Writable } from 'node:stream';
import { pino, type Logger } from 'pino';
import { expect, test } from 'vitest';
import { logOptions } from './log.ts';

function lines(write: (log: Logger) => void): string {
  const chunks: string[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk.toString());
      done();
    },
  });
  write(pino(logOptions('test', 'info'), sink));
  return chunks.join('');
}

test('secrets are not logged, wherever they stand', () => {
  const text = lines((log) =>
    log.info({ password: 'hunter2', input: { refreshToken: 'hunter2' } }, 'signed in'),
  );
  expect(text).toContain('[redacted]');
  expect(text).not.toContain('hunter2');
});

test('a failed statement is logged with its cause but without its values', () => {
  const cause = Object.assign(new Error('duplicate key'), { code: '23505', parameters: ['hunter2'] });
  const error = new Error('Failed query: insert into person values ($1)\nparams: hunter2', { cause });
  const text = lines((log) => log.error({ error }, 'failed'));
  expect(text).toContain('23505');
  expect(text).toContain('insert into person');
  expect(text).not.toContain('hunter2');
});
