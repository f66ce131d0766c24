import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { operationsIn, type Page } from '../../server/test/support/operations.ts';
import { ServerProcess, temporaryFolder } from '../../server/test/process/server.ts';
import { Cases, type Case, type Shot } from './cases.ts';
import { send, type Outcome } from './client.ts';
import { Contract } from './contract.ts';
import { shown, type Finding } from './finding.ts';
import { Hooks } from './hooks.ts';
import { Requests } from './requests.ts';
import { changedTables, RowWatch, type Fingerprint } from './rows.ts';
import { ServerLog } from './server-log.ts';
import { Stock } from './stock.ts';

/** What a run of the fuzz is. */
export interface Options {
  readonly seed: number;
  readonly seconds: number;
  /** This case alone. */
  readonly only: number | null;
  readonly say: (text: string) => void;
}

/** What came of it. */
export interface Result {
  readonly findings: number;
  readonly cases: number;
  /** How many answers there were of each status. */
  readonly statuses: ReadonlyMap<string, number>;
}

/** So many findings are enough to begin with. */
const ENOUGH = 20;
/** What may take anything from the stock, or stop its webhooks. */
const DISTURBING = new Set(['actOnSchedules', 'setEgressPolicy']);
/** The database stays small, so that looking at all of it stays quick. */
const RENEW_EVERY = 300;
const KEY = 'hc_live_fuzz_key_of_the_tenant_default';

/** Sends cases to a server of its own until the time is up, and looks at all that comes of them. */
export async function runFuzz(options: Options): Promise<Result> {
  const folder = await temporaryFolder();
  const hooks = await new Hooks().start();
  const server = new ServerProcess({
    cwd: folder,
    env: { HYDRACORE_LOG_LEVEL: 'warn', HYDRACORE_BOOTSTRAP_API_KEY: KEY, HYDRACORE_TRUST_PROXY: '127.0.0.1/32' },
  });
  try {
    await server.ready();
    const rows = await RowWatch.open(server.dataDir);
    try {
      return await new Session(options, server, hooks, rows, await Contract.read(KEY)).run();
    } finally {
      await rows.close();
    }
  } finally {
    if (!server.ended) await server.stop();
    await hooks.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const HELPLESS =
  'does nothing when it is called as it is meant: give it a body in server/test/support/bodies.ts, or rows in fuzz/src/stock.ts';

class Session {
  readonly #options: Options;
  readonly #server: ServerProcess;
  readonly #rows: RowWatch;
  readonly #contract: Contract;
  readonly #log: ServerLog;
  readonly #stock: Stock;
  readonly #statuses = new Map<string, number>();
  /** Findings of a kind are told once. */
  readonly #kinds = new Map<string, number>();

  constructor(options: Options, server: ServerProcess, hooks: Hooks, rows: RowWatch, contract: Contract) {
    this.#options = options;
    this.#server = server;
    this.#rows = rows;
    this.#contract = contract;
    this.#log = new ServerLog(server);
    this.#stock = new Stock(server, hooks);
  }

  async run(): Promise<Result> {
    const { seed, seconds, only } = this.#options;
    const all = operationsIn((await this.#server.call('GET', '/openapi.json')).body as Page);
    // A stream has no end to wait for; server/test/http/events.test.ts has bad requests for one.
    const operations = all.filter(({ streams }) => !streams);
    await this.#stock.renew();
    const cases = new Cases(seed, operations, this.#stock, new Requests(this.#stock, KEY));
    const end = performance.now() + seconds * 1_000;
    let number = only ?? 0;
    let done = 0;
    while (this.#kinds.size < ENOUGH && !this.#server.ended) {
      if (done > 0 && done % RENEW_EVERY === 0) await this.#stock.renew();
      await this.#try(await cases.make(number));
      done += 1;
      number += 1;
      if (only !== null || (performance.now() > end && number >= operations.length)) break;
    }
    await this.#checkInvariants();
    return { findings: this.#kinds.size, cases: done, statuses: this.#statuses };
  }

  async #try(given: Case): Promise<void> {
    let before = await this.#rows.fingerprint();
    const rounds = given.atOnce ? [given.shots] : given.shots.map((shot) => [shot]);
    for (const shots of rounds) before = await this.#send(given, shots, before);
    if (!this.#server.ended && given.shots.some(({ operation }) => DISTURBING.has(operation.id))) {
      await this.#stock.renew();
    }
  }

  /** Sends requests at once and looks at what comes of them. @returns what the rows are now */
  async #send(given: Case, shots: readonly Shot[], before: Fingerprint): Promise<Fingerprint> {
    const port = Number(new URL(this.#server.url).port);
    const outcomes = await Promise.all(shots.map(({ request }) => send(port, request)));
    const about = async (problem: string, i = 0) =>
      await this.#found({ case: given, shot: shots[i] ?? null, outcome: outcomes[i] ?? null, problem });
    for (const [i, shot] of shots.entries()) {
      const outcome = outcomes[i] as Outcome;
      const status = typeof outcome === 'string' ? outcome : String(outcome.status);
      this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
      for (const problem of this.#contract.problems(shot, outcome)) await about(problem, i);
      if (given.mustSucceed && !status.startsWith('2')) await about(`${shot.operation.id} ${HELPLESS}`, i);
    }
    if (given.oneAnswer && !isOneAnswer(outcomes)) await about(`other answers: ${outcomes.map(toldIn).join(' and ')}`);
    // Node answers such a request while ours is still at it: it gets time to do what it must not.
    if (shots.some(({ request: { framing } }) => framing !== undefined)) await sleep(100);
    const after = await this.#rows.fingerprint();
    const changed = changedTables(before, after);
    if (changed.length > 0 && isIdle(shots, outcomes))
      await about(`nothing was to change, and did in ${changed.join(', ')}`);
    for (const line of this.#log.news()) await about(`the server's log: ${line}`);
    if (this.#server.ended) await about('the server has ended');
    return after;
  }

  async #checkInvariants(): Promise<void> {
    if (this.#server.ended) return;
    const { body } = await this.#server.call('GET', '/v1/admin/invariants');
    if (body.ok !== true)
      await this.#found({ case: null, shot: null, outcome: null, problem: `invariants: ${JSON.stringify(body)}` });
  }

  async #found(finding: Finding): Promise<void> {
    const kind = `${finding.problem.replaceAll(/[0-9a-f-]{36}|\d+/g, '…')} ${finding.shot?.operation.id}`;
    const seen = this.#kinds.get(kind) ?? 0;
    this.#kinds.set(kind, seen + 1);
    if (seen > 0) return;
    this.#options.say(await shown(finding, this.#server.url, this.#options.seed));
  }
}

/** Whether good answers tell of the same. Of refusals nothing is kept, and what follows them may be another answer. */
function isOneAnswer(outcomes: readonly Outcome[]): boolean {
  const good = outcomes.filter((outcome) => typeof outcome === 'object' && outcome.status < 300);
  return new Set(good.map(toldIn)).size <= 1;
}

function toldIn(outcome: Outcome): string {
  if (typeof outcome === 'string') return outcome;
  // What is told once is null where it is told again.
  return outcome.text.replaceAll(/"(?:key|webhook_secret)":(?:null|"[^"]*")/g, '');
}

/** Whether what was sent was refused, or only reads: it leaves every row as it was. */
function isIdle(shots: readonly Shot[], outcomes: readonly Outcome[]): boolean {
  return shots.every(({ request: { method } }, i) => {
    const outcome = outcomes[i] as Outcome;
    return method === 'GET' || outcome === 'closed' || (typeof outcome === 'object' && outcome.status >= 400);
  });
}
