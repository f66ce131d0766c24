import { Random } from '../../faults/src/random.ts';
import type { ApiOperation } from '../../server/test/support/operations.ts';
import type { WireRequest } from './client.ts';
import { mutatedRequest, takes } from './mutate-request.ts';
import { mutated } from './mutate-value.ts';
import type { Requests } from './requests.ts';
import type { Rows, Stock } from './stock.ts';

/** So many changed requests are made for the same rows. */
const VARIATIONS = 6;

/** One request of a case, and the operation that its answer is held against. */
export interface Shot {
  readonly what: string;
  readonly operation: ApiOperation;
  readonly request: WireRequest;
  /** The statuses that are right; absent: those of the API page. */
  readonly statuses?: readonly number[] | undefined;
  /** Whether the request still is one to that operation: with another path or method it may be none. */
  readonly addressed: boolean;
}

/** Some requests to the same rows. */
export interface Case {
  readonly number: number;
  readonly what: string;
  readonly shots: readonly Shot[];
  /** Whether they are sent at once; else each after the answer of the one before. */
  readonly atOnce: boolean;
  /** Whether all of them have to get the same answer. */
  readonly oneAnswer?: boolean;
  /** Whether an answer without 2xx is a finding: the operation's first, plainest request. */
  readonly mustSucceed: boolean;
}

/** Makes the cases of a seed. A case depends on the seed and its number alone; its rows are made for it. */
export class Cases {
  readonly #operations: readonly ApiOperation[];
  readonly #stock: Stock;
  readonly #requests: Requests;
  readonly #seed: number;

  constructor(seed: number, operations: readonly ApiOperation[], stock: Stock, requests: Requests) {
    this.#seed = seed;
    this.#operations = operations;
    this.#stock = stock;
    this.#requests = requests;
  }

  /** The first cases call each operation once, as it is meant; those after are drawn. */
  async make(number: number): Promise<Case> {
    const random = new Random(this.#seed).fork(`case ${number}`);
    const plain = this.#operations[number];
    if (plain) {
      const shot = this.#plain(plain, await this.#rowsFor(plain), random);
      return { number, what: plain.id, shots: [shot], atOnce: false, mustSucceed: true };
    }
    const roll = random.next();
    if (roll < 0.15) return { number, atOnce: true, mustSucceed: false, ...(await this.#race(random)) };
    if (roll < 0.2) return { number, atOnce: true, mustSucceed: false, ...(await this.#twice(random)) };
    const operation = random.pick(this.#operations);
    const rows = await this.#rowsFor(operation, random);
    const shots = Array.from({ length: VARIATIONS }, () => this.#variation(operation, rows, random));
    return { number, what: operation.id, shots, atOnce: false, mustSucceed: false };
  }

  #variation(operation: ApiOperation, rows: Rows, random: Random): Shot {
    const roll = random.next();
    // What deletes its row leaves nothing to the requests after it.
    if (roll < 0.15 && operation.method !== 'DELETE') return this.#valid(operation, rows, random);
    return roll < 0.65 && operation.body
      ? this.#bentBody(operation, rows, random)
      : this.#bentRequest(operation, rows, random);
  }

  #valid(operation: ApiOperation, rows: Rows, random: Random): Shot {
    const body = this.#requests.body(operation, rows, random);
    return {
      what: 'as its schema says',
      operation,
      request: this.#requests.request(operation, rows, body, random),
      addressed: true,
    };
  }

  /** The plainest request that does what the operation is for. */
  #plain(operation: ApiOperation, rows: Rows, random: Random): Shot {
    const request = this.#requests.request(operation, rows, this.#requests.body(operation, rows, random, true), random);
    const target = request.target.split('?')[0] ?? '';
    return { what: 'as it is meant', operation, request: { ...request, target }, addressed: true };
  }

  #bentBody(operation: ApiOperation, rows: Rows, random: Random): Shot {
    let body = this.#requests.body(operation, rows, random);
    const changes = random.pick([1, 1, 1, 2, 4]);
    for (let i = 0; i < changes; i += 1) body = mutated(body, operation.body, random);
    const request = this.#requests.request(operation, rows, body, random);
    return { what: 'a body with changes', operation, request, addressed: true };
  }

  #bentRequest(operation: ApiOperation, rows: Rows, random: Random): Shot {
    const { request } = random.chance(0.5)
      ? this.#plain(operation, rows, random)
      : this.#valid(operation, rows, random);
    const strangers = { foreign: this.#stock.foreignKey, revoked: this.#stock.revokedKey };
    return { operation, ...mutatedRequest(request, operation, random, strangers) };
  }

  /** Operations on one row at once. */
  async #race(random: Random): Promise<{ what: string; shots: Shot[] }> {
    const first = random.pick(this.#operations.filter(({ named, method }) => named.length > 0 && method !== 'GET'));
    const target = first.named.at(-1);
    const others = this.#operations.filter(({ named, method }) => named.at(-1) === target && method !== 'GET');
    const rows = await this.#rowsFor(first, random);
    const chosen = [first, ...Array.from({ length: random.int(1, 4) }, () => random.pick(others))];
    const shots = chosen.map((operation) => this.#valid(operation, rows, random));
    return { what: `at once: ${chosen.map(({ id }) => id).join(', ')}`, shots };
  }

  /** A request twice at once, and once more, with one Idempotency-Key: it is done once, and answered the same. */
  async #twice(random: Random): Promise<Pick<Case, 'what' | 'shots' | 'oneAnswer'>> {
    const operation = random.pick(this.#operations.filter((operation) => takes(operation, 'Idempotency-Key')));
    const shot = this.#valid(operation, await this.#rowsFor(operation, random), random);
    const headers = [...shot.request.headers, ['Idempotency-Key', this.#stock.unique()] as const];
    const again = { ...shot, request: { ...shot.request, headers } };
    return { what: `twice with one key: ${operation.id}`, shots: [again, again], oneAnswer: true };
  }

  /** Rows to call an operation with; what it may change is made as `random` wants, or the plainest of its kind. */
  async #rowsFor(operation: ApiOperation, random?: Random): Promise<Rows> {
    if (operation.scope === 'completion token') {
      return { ...(await this.#stock.rowsFor(undefined)), ...(await this.#stock.accepted()) };
    }
    if (operation.scope === 'session') {
      return { ...(await this.#stock.rowsFor(undefined)), session: await this.#stock.session() };
    }
    if (operation.id === 'cancelRun') {
      const { run_id } = await this.#stock.accepted();
      return { ...(await this.#stock.rowsFor(undefined)), run_id };
    }
    return await this.#stock.rowsFor(operation.method === 'GET' ? undefined : operation.named.at(-1), random);
  }
}
