import { createClient } from '@redis/client';

const CONNECT_MS = 1_000;
/** A connection over which nothing comes for so long is given up. */
const SILENT_MS = 2_000;
const LONGEST_RETRY_MS = 500;
/** More commands that wait for an answer are refused. */
const MOST_WAITING = 5_000;

type Client = ReturnType<typeof clientOf>;

function clientOf(url: string, failed: (error: unknown) => void) {
  const client = createClient({
    url,
    name: 'chorus-gateway',
    disableOfflineQueue: true,
    commandsQueueMaxLength: MOST_WAITING,
    pingInterval: SILENT_MS / 2,
    maintNotifications: 'disabled',
    // Whoever waits has a shorter time of their own.
    commandOptions: { timeout: 0 },
    socket: {
      connectTimeout: CONNECT_MS,
      socketTimeout: SILENT_MS,
      reconnectStrategy: (tries) => Math.random() * Math.min(LONGEST_RETRY_MS, 25 * 2 ** tries),
    },
  });
  client.on('error', failed);
  return client;
}

/** A connection to Redis that is made again whenever it is lost. What is asked while there is none fails at once. */
export class Connection {
  /** Why there is none. */
  failure: unknown;
  readonly #url: string;
  #client: Client;
  #count = 0;

  constructor(url: string) {
    this.#url = url;
    this.#client = this.#next();
  }

  get client(): Client {
    return this.#client;
  }

  /** Another one for each time it was made. */
  get name(): string {
    return `${this.#count}.${this.#client.socketEpoch}`;
  }

  open(): void {
    // It tries until it is closed; what goes wrong meanwhile is told as an error.
    this.#client.connect().catch(() => undefined);
  }

  /** Looks for the server anew. */
  renew(): void {
    this.close();
    this.#client = this.#next();
    this.open();
  }

  close(): void {
    if (this.#client.isOpen) this.#client.destroy();
  }

  #next(): Client {
    this.#count += 1;
    return clientOf(this.#url, (error) => (this.failure = error));
  }
}
