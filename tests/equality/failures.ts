import type { RawAnswer } from '../../gateway/transport/question.ts';
import { numberOf } from './world.ts';

type Data = Record<string, unknown>;
type Path = readonly (string | number)[];

/** What one subgraph says wrongly, decided by the places of its answer. */
export interface Failing {
  seed: string;
  /** So many values in a hundred are wrong. */
  percent: number;
}

/** Stands for a number that JSON can write and nobody can hold. */
const INFINITE = 'chorus-infinite';

const json = (value: unknown): RawAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  text: JSON.stringify(value).replaceAll(`"${INFINITE}"`, '1e999'),
});

export const sound = (answer: object): RawAnswer => json(answer);

/** Makes an answer wrong, in a way that is the same for the same places. */
export function failed(
  answer: object,
  subgraph: string,
  failing: Failing,
  told: (kind: string) => void,
): RawAnswer {
  const whole = JSON.parse(JSON.stringify(answer)) as { data?: Data | null; errors?: unknown[] };
  const data = whole.data ?? null;
  const isOfEntities = data !== null && '_entities' in data;
  const chance = numberOf(`${failing.seed} ${subgraph} ${isOfEntities} whole`);
  if (chance % 100 < failing.percent) {
    const [kind, raw] = WHOLE[(chance >>> 8) % WHOLE.length] ?? ['none', () => json(whole)];
    told(kind);
    return raw(data ?? {}, whole.errors ?? []);
  }
  const failure = new Failure(subgraph, failing, told);
  if (data !== null) failure.within(data, []);
  const errors = [...(whole.errors ?? []), ...failure.errors];
  return json(errors.length === 0 ? { data } : { data, errors });
}

const message = (text: string, code?: string) => ({
  message: text,
  ...(code === undefined ? {} : { extensions: { code } }),
});

const entities = (data: Data, change: (list: unknown[]) => unknown): Data =>
  Array.isArray(data['_entities']) ? { _entities: change(data['_entities']) } : {};

const WHOLE: readonly (readonly [kind: string, raw: (data: Data, errors: unknown[]) => RawAnswer])[] = [
  ['status 500', () => ({ ...json({}), status: 500 })],
  ['no JSON', () => ({ ...json({}), text: '<html>' })],
  ['errors only', () => json({ errors: [message('down', 'FORBIDDEN'), message('and out')] })],
  ['no data', () => json({ data: null, errors: [{ ...message('deep'), path: ['_entities', 0, 'l0'] }] })],
  ['empty data', () => json({ data: {} })],
  [
    'too few entities',
    (data) => json({ data: entities(data, (list) => list.slice(1)), errors: [message('lost')] }),
  ],
  ['too many entities', (data) => json({ data: entities(data, (list) => [...list, null]) })],
  ['entities are no list', () => json({ data: { _entities: { 0: {} } } })],
  ['error without path', (data) => json({ data, errors: [message('somewhere'), message('')] })],
  ['error at the entities', (data) => json({ data, errors: [{ ...message('some'), path: ['_entities'] }] })],
  [
    'error beyond the entities',
    (data) => json({ data, errors: [{ ...message('none'), path: ['_entities', 99, 'l0'] }] }),
  ],
  ['error with a wrong path', (data) => json({ data, errors: [{ ...message('odd'), path: [true] }] })],
  [
    'error with a foreign path',
    (data) => json({ data, errors: [{ ...message('odd'), path: ['nowhere', 0, 'x'] }] }),
  ],
  [
    '60 errors',
    (data) =>
      json({
        data,
        errors: Array.from({ length: 60 }, (_, n) => ({
          ...message(`error ${n}`),
          path: [Object.keys(data)[0] ?? 'x', n % 3],
        })),
      }),
  ],
];

const WRONG: readonly unknown[] = [
  'wrong',
  7,
  0,
  '',
  false,
  true,
  {},
  [],
  [[]],
  1.5,
  2 ** 40,
  INFINITE,
  [null],
];
const TYPENAMES: readonly unknown[] = ['Nobody', 'Hidden', 'E0', 'E1', 'V0', 'U0', 'I0', 'Enum', 5, null];

class Failure {
  readonly errors: unknown[] = [];
  readonly #subgraph: string;
  readonly #failing: Failing;
  readonly #told: (kind: string) => void;

  constructor(subgraph: string, failing: Failing, told: (kind: string) => void) {
    this.#subgraph = subgraph;
    this.#failing = failing;
    this.#told = told;
  }

  within(holder: Data | unknown[], path: Path): void {
    for (const [name, value] of Object.entries(holder)) {
      const step = Array.isArray(holder) ? Number(name) : name;
      const here = [...path, step];
      const number = numberOf(`${this.#failing.seed} ${this.#subgraph} ${here.join('.')}`);
      if (name !== '_entities' && number % 100 < this.#failing.percent)
        this.#fail(holder, step, here, number >>> 8);
      else if (typeof value === 'object' && value !== null) this.within(value as Data, here);
    }
  }

  #fail(holder: Data | unknown[], step: string | number, path: Path, number: number): void {
    const put = (value: unknown) =>
      void Object.defineProperty(holder, step, {
        value,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    const choice = number >>> 4;
    const error = () =>
      this.errors.push({
        ...message(`broken ${path.join('.')}`, ['NOT_FOUND', undefined, 'ODD'][choice % 3]),
        path,
      });
    const kinds: readonly (readonly [string, () => void])[] = [
      ['null', () => put(null)],
      ['error and null', () => (put(null), void error())],
      ['error beside a value', () => void error()],
      ['wrong value', () => put(WRONG[choice % WRONG.length])],
      ['wrong value', () => put(WRONG[choice % WRONG.length])],
      ['missing', () => (Array.isArray(holder) ? put(null) : delete holder[step])],
      ['number for a string', () => put(choice % 1000)],
    ];
    const isType = step === '__typename' && choice % 3 > 0;
    const [kind, fail] = isType
      ? (['wrong __typename', () => put(TYPENAMES[choice % TYPENAMES.length])] as const)
      : (kinds[number % kinds.length] ?? ['none', () => undefined]);
    this.#told(kind);
    fail();
  }
}
