import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';

/** `GET /metrics` of the internal port. */
export const metricsText =
  (registry: Registry) =>
  async (_request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await registry.metrics();
    response
      .writeHead(200, {
        'content-type': registry.contentType,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      })
      .end(text);
  };
