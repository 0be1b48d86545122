/**
 * What it costs to read a request and to send the bytes of an answer, with nothing between them: no gateway that keeps
 * whole answers can be faster. `node plain.ts ANSWER PORT`, where ANSWER is the file of a `FixedAnswer`.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { FixedAnswer } from './fixed-answer.ts';

const [, , file = '', port = ''] = process.argv;
const { headers, body } = JSON.parse(readFileSync(file, 'utf8')) as FixedAnswer;
const bytes = Buffer.from(body);

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request
    .on('data', (chunk: Buffer) => chunks.push(chunk))
    .on('end', () => {
      if (Buffer.concat(chunks).length > 0) response.writeHead(200, headers).end(bytes);
    });
}).listen(Number(port), '127.0.0.1');
