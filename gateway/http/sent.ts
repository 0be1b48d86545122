import type { IncomingMessage } from 'node:http';
import { Refusal } from '../errors/errors.ts';
import { readText, type TellEnd } from './body.ts';

/** Reads what a client sent as parameters: the JSON of a body, or what stands in the URL of a GET. @throws AppError */
export async function sentIn(request: IncomingMessage, limit: number, tellEnd: TellEnd): Promise<unknown> {
  if (request.method === 'GET') return sentInUrl(request.url ?? '');
  return parseJson(await readText(request, limit, tellEnd), 'The request body');
}

function sentInUrl(url: string): object {
  const parameters = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
  const json = (name: string): unknown => {
    const text = parameters.get(name);
    return text === null || text === '' ? undefined : parseJson(text, `The parameter ${name}`);
  };
  return {
    query: parameters.get('query'),
    operationName: parameters.get('operationName'),
    variables: json('variables'),
    extensions: json('extensions'),
  };
}

/** @throws Refusal naming what is not JSON */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Refusal('BAD_REQUEST', `${what} is not JSON.`, { cause });
  }
}
