import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from './fleet.ts';
import { readFinalDigests } from './ledger.ts';
import type { Postgres } from './postgres.ts';

const LOOK_MS = 1_000;
/** A row is looked at several times after it became final. */
const BACK_MS = 15_000;
const DIGEST_EVERY = 5;

/** Looks on while the rig runs: the memory of the servers, and the rows that are final. */
export class Watch {
  readonly #fleet: Fleet;
  readonly #postgres: Postgres;
  /** Each digest that a final row has had. */
  readonly #digests = new Map<string, Set<string>>();
  readonly #memory = new Map<number, number>();
  #peaks = new Map<number, number>();

  constructor(fleet: Fleet, postgres: Postgres) {
    this.#fleet = fleet;
    this.#postgres = postgres;
  }

  async run(stop: AbortSignal): Promise<void> {
    for (let look = 0; !stop.aborted; look += 1) {
      await this.#lookAtMemory();
      if (look % DIGEST_EVERY === 0) await this.#lookAtRows();
      await sleep(LOOK_MS);
    }
  }

  get seenFinal(): { run: string; digest: string }[] {
    return [...this.#digests].flatMap(([run, digests]) => [...digests].map((digest) => ({ run, digest })));
  }

  /** By how many MB the server that grew most grew while `work` ran. */
  async memoryGrowth(work: () => Promise<unknown>): Promise<number> {
    await this.#lookAtMemory();
    const before = new Map(this.#memory);
    this.#peaks = new Map(before);
    const over = new AbortController();
    const working = work().finally(() => over.abort());
    while (!over.signal.aborted) {
      await this.#lookAtMemory();
      await sleep(100);
    }
    await working;
    return Math.max(0, ...[...before].map(([pid, was]) => (this.#peaks.get(pid) ?? was) - was));
  }

  async #lookAtMemory(): Promise<void> {
    for (const pid of this.#fleet.pids.values()) {
      const mb = await residentMb(pid);
      if (mb === null) continue;
      this.#memory.set(pid, mb);
      this.#peaks.set(pid, Math.max(mb, this.#peaks.get(pid) ?? 0));
    }
  }

  async #lookAtRows(): Promise<void> {
    // While the database is down nothing can be seen, and nothing be changed.
    const rows = await readFinalDigests(this.#postgres, Date.now() - BACK_MS).catch(() => []);
    for (const { run, digest } of rows) this.#digests.set(run, (this.#digests.get(run) ?? new Set()).add(digest));
  }
}

/** Resident memory of a process in MB, or null where it is gone or the system has no /proc. */
async function residentMb(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kb === undefined ? null : Number(kb) / 1_024;
}
