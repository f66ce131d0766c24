import { setImmediate } from 'node:timers/promises';
import {
  beginningOf,
  changedRuns,
  changedSchedules,
  runsAsTheyAre,
  type Place,
  type RunChange,
} from '../../store/changes.ts';
import type { Queryable } from '../../store/db.ts';
import { eventText, heartbeatText, inOrder, keyOf, wants, type Change, type EventFilter } from './event.ts';
import type { EventStream } from './stream.ts';

/** A change whose transaction commits so much later than it says is seen at once. */
const OVERLAP_MS = 3_000;
/** And one that commits so much later (no statement takes longer) each time that this has passed. */
export const DEEP_MS = 30_000;
const DEEP_EVERY_MS = 10_000;
/** Rows that are read at once. */
const PAGE = 1_000;
/** So many events are pushed at once: a reader that reads keeps up. */
const CHUNK = 50;
/** What is kept for a reader while it joins. Who is slower comes back with its last id. */
const MOST_KEPT = 10_000;
/** Runs that are looked at again until they end: of an attempt that is to be retried the row's instants say nothing. */
const MOST_OPEN = 200;

/** A reader of a tenant's events. */
export interface Reader {
  readonly stream: EventStream;
  readonly filter: EventFilter;
  /** Whether what is found now is sent to it at once, is kept until it has read what was before, or is read by it later. */
  state: 'live' | 'joining' | 'behind';
  /** Found while it was joining. */
  readonly kept: string[];
}

/** What happens in one tenant, for as long as somebody reads it: one look at the database for all its readers. */
export class Feed {
  readonly readers = new Set<Reader>();
  readonly #db: Queryable;
  readonly #tenantId: string;
  /** What has been sent, and its instant: for as long as it may be read again. */
  readonly #sent = new Map<string, number>();
  /** The runs that had not ended, the newest last. */
  readonly #open = new Map<string, string>();
  /** The instant of the latest event. */
  #head = 0;
  #looked: number | null = null;
  #deep = 0;
  #looking: Promise<void> = Promise.resolve();

  constructor(db: Queryable, tenantId: string) {
    this.#db = db;
    this.#tenantId = tenantId;
  }

  /** Sends what has happened since the last look. The first look sends nothing: it learns what was there. */
  async tick(now: number): Promise<void> {
    await this.#alone(() => this.#look(now));
  }

  async #look(now: number): Promise<void> {
    const first = this.#looked === null;
    const deep = first || now >= this.#deep + DEEP_EVERY_MS;
    const from = deep ? Math.min(this.#deep || now, now) - DEEP_MS : Math.min(this.#looked ?? now, now) - OVERLAP_MS;
    const changes: Change[] = [];
    for await (const page of this.#since(from)) changes.push(...page);
    changes.push(...(await this.#stillOpen(now)));
    for (const [i, change] of inOrder(changes).entries()) {
      if (i % CHUNK === CHUNK - 1) await setImmediate();
      this.#found(change, first);
    }
    this.#looked = now;
    if (deep) {
      this.#deep = now;
      for (const [key, at] of this.#sent) if (at < now - 2 * DEEP_MS) this.#sent.delete(key);
    }
  }

  /** Whether the first look is over. */
  get ready(): boolean {
    return this.#looked !== null;
  }

  /** Up to where a reader that has been sent everything has it all. */
  get place(): number {
    return Math.max(this.#head, this.#looked ?? 0);
  }

  /**
   * Sends a reader what has happened since an instant, as fast as it reads, and then makes it live. In between nothing is lost,
   * and something may be sent twice.
   */
  async catchUp(reader: Reader, since: number): Promise<void> {
    const { stream, filter, kept } = reader;
    let head = since;
    // Of the latest instant: the next read begins with it again.
    let sent = new Set<string>();
    const send = async (changes: readonly Change[]) => {
      const texts: string[] = [];
      for (const change of inOrder(changes)) {
        if (change.row.at > head) sent = new Set();
        head = Math.max(head, change.row.at);
        const key = keyOf(change);
        if (sent.has(key)) continue;
        sent.add(key);
        if (wants(filter, change)) texts.push(eventText(change, head));
      }
      await pushSlowly(stream, texts);
    };
    for await (const page of this.#since(since)) {
      await send(page);
      if (stream.ended) return;
    }
    reader.state = 'joining';
    for await (const page of this.#since(head)) await send(page);
    while (kept.length > 0 && !stream.ended) await pushSlowly(stream, kept.splice(0));
    reader.state = 'live';
  }

  heartbeat({ stream, state }: Reader): void {
    if (state === 'live') stream.push(heartbeatText(this.place));
  }

  #found(change: Change, first: boolean): void {
    const key = keyOf(change);
    if (this.#sent.has(key)) return;
    this.#sent.set(key, change.row.at);
    if (change.type === 'run') this.#note(change.row);
    if (first) return;
    this.#head = Math.max(this.#head, change.row.at);
    const text = eventText(change, this.#head);
    for (const { state, stream, kept, filter } of this.readers) {
      if (state === 'behind' || !wants(filter, change)) continue;
      if (state === 'live') stream.push(text);
      else if (kept.push(text) > MOST_KEPT) stream.drop();
    }
  }

  #note(run: RunChange): void {
    this.#open.delete(run.id);
    if (run.finished_at !== null) return;
    this.#open.set(run.id, keyOf({ type: 'run', row: run }));
    for (const id of this.#open.keys()) {
      if (this.#open.size <= MOST_OPEN) break;
      this.#open.delete(id);
    }
  }

  /** Of the runs that had not ended, those that have changed. */
  async #stillOpen(now: number): Promise<Change[]> {
    const rows = await runsAsTheyAre(this.#db, this.#tenantId, [...this.#open.keys()]);
    return rows
      .map((row) => ({ type: 'run', row }) as const)
      .filter((change) => keyOf(change) !== this.#open.get(change.row.id))
      .map(({ type, row }) => ({ type, row: row.finished_at === null ? { ...row, at: now } : row }));
  }

  /** Everything since an instant, in order, page by page: what comes after a page is later than all of it. */
  async *#since(instant: number): AsyncGenerator<Change[]> {
    const start = beginningOf(instant);
    let next: Readonly<Record<Change['type'], Place | null>> = { run: start, schedule: start };
    while (next.run !== null || next.schedule !== null) {
      const [runs, schedules] = await Promise.all([
        next.run === null ? [] : changedRuns(this.#db, this.#tenantId, next.run, PAGE),
        next.schedule === null ? [] : changedSchedules(this.#db, this.#tenantId, next.schedule, PAGE),
      ]);
      // Of the other kind there may be more before what comes behind a full page.
      const until = Math.min(endOf(runs), endOf(schedules));
      const [ran, changed] = [upTo(runs, until), upTo(schedules, until)];
      next = { run: placeBehind(next.run, runs, ran), schedule: placeBehind(next.schedule, schedules, changed) };
      yield [
        ...ran.map((row) => ({ type: 'run', row }) as const),
        ...changed.map((row) => ({ type: 'schedule', row }) as const),
      ];
    }
  }

  /** Returns once no look is under way; the next waits for this one. */
  async #alone(look: () => Promise<void>): Promise<void> {
    const before = this.#looking;
    const mine = before.then(look);
    this.#looking = mine.catch(() => undefined);
    await mine;
  }
}

/** Pushes as fast as the reader reads. */
async function pushSlowly(stream: EventStream, texts: readonly string[]): Promise<void> {
  for (let from = 0; from < texts.length && !stream.ended; from += CHUNK) {
    stream.push(texts.slice(from, from + CHUNK).join(''));
    await stream.drained();
  }
}

/** Up to which instant a page says everything. */
function endOf(page: readonly Place[]): number {
  return page.length < PAGE ? Number.POSITIVE_INFINITY : (page.at(-1)?.at ?? 0);
}

function upTo<T extends Place>(page: readonly T[], until: number): T[] {
  return page.filter(({ at }) => at <= until);
}

/** Where to go on behind what was taken of a page; null: there was no more. */
function placeBehind(before: Place | null, page: readonly Place[], taken: readonly Place[]): Place | null {
  if (page.length < PAGE && taken.length === page.length) return null;
  const last = taken.at(-1);
  return last ? { at: last.at, id: last.id } : before;
}
