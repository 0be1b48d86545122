import type { Reply, TestGateway } from '../../testing.ts';
import type { Chance } from './chance.ts';
import { faultIn, type Fault, type Looked, type Request } from './judge.ts';
import type { Ledger } from './ledger.ts';
import { rightsOver } from './rights.ts';
import type { Stand } from './stand.ts';

/** A request that is yet to be made. */
export type Question = Omit<Request, 'began' | 'joined' | 'over' | 'wrote'>;

/** So many times of a hundred a client says which answer it has already. */
const HAVING = 15;
const MOST_KNOWN = 500;

/** Asks the gateways and judges each answer. */
export class Asking {
  readonly looked: Looked = { values: 0, denied: 0, missing: 0, broken: 0 };
  asked = 0;
  /** The first wrong answer. */
  wrong: string | undefined;
  readonly #gateways: readonly TestGateway[];
  readonly #ledger: Ledger;
  readonly #rights: ReturnType<typeof rightsOver>;
  readonly #chance: Chance;
  readonly #beat: () => void;
  readonly #underWay = new Set<Pick<Request, 'began' | 'joined'>>();
  /** Answers by their name, as any client of that operation was given it. */
  readonly #known = new Map<string, { etag: string; reply: Reply }>();

  constructor({ gateways, ledger, people }: Stand, chance: Chance) {
    [this.#gateways, this.#ledger, this.#chance, this.#beat] = [gateways, ledger, chance, people.beat];
    this.#rights = rightsOver(ledger);
  }

  /** Tells when a mutation changed what it changes. */
  async ask(question: Question): Promise<number | undefined> {
    const { person } = question;
    const headers = { ...(await person.headers()), ...question.headers };
    const began = this.#ledger.next();
    const under = [...this.#underWay];
    // It may join others, and those may have joined others before.
    const own = { began, joined: Math.min(began, ...under.map((other) => other.began)) };
    const joined = Math.min(own.joined, ...under.map((other) => other.joined));
    this.#underWay.add(own);
    this.#beat();
    const reply = await this.#send(question, headers);
    this.#underWay.delete(own);
    const data = reply.body.data as { write?: { at: number } | null } | undefined;
    const wrote = data?.write?.at;
    const request: Request = { ...question, began, joined, over: this.#ledger.next(), wrote };
    this.asked += 1;
    const rights = this.#rights(person, began, request.over);
    const faults = rights.map((is) => faultIn(reply, request, is, this.#ledger, this.looked));
    if (!faults.includes(undefined)) this.wrong ??= this.#story(request, reply, faults.at(-1));
    return wrote;
  }

  async #send({ gateway, operation, variables }: Question, headers: Record<string, string>): Promise<Reply> {
    const door = this.#gateways[gateway];
    if (door === undefined) throw new Error('no such gateway');
    const name = JSON.stringify([operation.text, variables]);
    const known = this.#known.get(name);
    if (known !== undefined && this.#chance.percent(HAVING)) {
      const search = new URLSearchParams({ query: operation.text, variables: JSON.stringify(variables) });
      const having = { ...headers, 'apollo-require-preflight': '1', 'if-none-match': known.etag };
      const reply = await door.send(`/graphql?${search.toString()}`, { headers: having });
      return reply.status === 304 ? { ...known.reply, headers: reply.headers } : reply;
    }
    const reply = await door.ask(operation.text, variables, headers);
    const etag = reply.headers.get('etag');
    if (this.#known.size > MOST_KNOWN) this.#known.clear();
    if (etag !== null) this.#known.set(name, { etag, reply });
    return reply;
  }

  #story(request: Request, { body }: Reply, fault?: Fault): string {
    const { person, gateway, operation, variables, headers, began, over } = request;
    const keys = fault?.keys ?? [];
    return [
      `request ${this.asked}: ${person.name} asked gateway ${gateway} between ${began} and ${over}`,
      `${operation.text} ${JSON.stringify(variables)} ${JSON.stringify(headers)}`,
      `at ${fault?.path} the answer is  ${JSON.stringify(fault?.got)}`,
      `where it may be ${fault?.allowed}; errors ${JSON.stringify(body.errors)}`,
      `since of ${[...new Set(keys)].join(', ')} was told`,
      ...this.#ledger.story(keys),
    ].join('\n');
  }
}
