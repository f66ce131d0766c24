import { AppError } from '../../domain/errors.ts';
import type { Database } from '../../store/db.ts';
import { instantOf, resetText, type EventFilter, type ResetReason } from './event.ts';
import { DEEP_MS, Feed, type Reader } from './feed.ts';
import { EventStream } from './stream.ts';

/** How often the database is looked at, while somebody reads. */
const POLL_MS = 1_000;
const HEARTBEAT_MS = 15_000;
/** How often it is made sure that a reader's credential still holds. */
const CHECK_MS = 5_000;
/** A reader that has left something unread for so long is gone, or as good as. */
const STALLED_MS = 60_000;
/** Who has been away for longer is told to load anew. */
const RESUMABLE_MS = 3_600_000;
/** An id of so much later than now is of another clock. */
const AHEAD_MS = 60_000;
/** What browsers are told to wait before they come back. */
const RETRY_MS = 3_000;

/** How many streams there may be at once. */
export interface StreamLimits {
  readonly tenant: number;
  readonly server: number;
}

/** What streams are made with. */
export interface EventHubDeps {
  readonly db: Database;
  readonly now: () => number;
  readonly log: (level: 'debug' | 'error', message: string, data: Record<string, unknown>) => void;
  readonly limits?: StreamLimits;
}

/** Who wants to read what. */
export interface Subscription {
  readonly tenantId: string;
  readonly filter: EventFilter;
  /** What came along as Last-Event-ID. */
  readonly lastEventId: string | undefined;
  /** @throws AppError once the credential holds no longer */
  readonly check: () => Promise<void>;
  /** Ends the connection of a reader that does not read. */
  readonly drop: () => void;
}

interface Open extends Subscription {
  readonly reader: Reader;
  readonly feed: Feed;
  told: number;
  checked: number;
}

/** All streams of events on this server, and the looks at the database for them: none while nobody reads. */
export class EventHub {
  readonly #deps: EventHubDeps;
  readonly #limits: StreamLimits;
  readonly #feeds = new Map<string, Feed>();
  readonly #open = new Set<Open>();
  #timer: NodeJS.Timeout | undefined;
  #failing = false;
  #stopped = false;

  constructor(deps: EventHubDeps) {
    this.#deps = deps;
    this.#limits = deps.limits ?? { tenant: 100, server: 1_000 };
  }

  /**
   * A stream of what happens from now on, or since the event that the reader had last.
   * @throws AppError `too_many_streams`, `streams_exhausted`
   */
  open(subscription: Subscription): ReadableStream<Uint8Array> {
    this.#requireRoom(subscription.tenantId);
    const asked = this.#deps.now();
    let open: Open | undefined;
    const stream: EventStream = new EventStream({
      read: () => {
        open = this.#attach(stream, subscription, asked);
      },
      end: () => open && this.#detach(open),
      drop: subscription.drop,
    });
    return stream.body;
  }

  /** Looks once at everything that is read, and at every reader. */
  async tick(): Promise<void> {
    const now = this.#deps.now();
    for (const feed of this.#feeds.values()) await feed.tick(now);
    for (const open of this.#open) {
      open.reader.stream.dropStalled(now, STALLED_MS);
      if (now >= open.checked + CHECK_MS) await this.#check(open, now);
      if (now < open.told + HEARTBEAT_MS) continue;
      open.told = now;
      open.feed.heartbeat(open.reader);
    }
  }

  /** How many streams are read. */
  get size(): number {
    return this.#open.size;
  }

  /** Looks every second from now on. */
  start(): void {
    this.#timer = setTimeout(() => void this.#pass(), POLL_MS);
  }

  /** Ends every stream in order, and opens no more. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.closeAll();
  }

  /** Ends the streams that are open, in order: their readers come back. */
  closeAll(): void {
    for (const { reader } of this.#open) reader.stream.end();
  }

  async #pass(): Promise<void> {
    try {
      await this.tick();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing && !this.#stopped)
        this.#deps.log('error', 'looking for events failed; trying again', { error });
      this.#failing = true;
    }
    if (!this.#stopped) this.start();
  }

  #attach(stream: EventStream, subscription: Subscription, asked: number): Open {
    const { tenantId, filter } = subscription;
    let feed = this.#feeds.get(tenantId);
    if (!feed) {
      feed = new Feed(this.#deps.db.as('hydracore_api', tenantId), tenantId);
      this.#feeds.set(tenantId, feed);
    }
    const reader: Reader = { stream, filter, state: 'behind', kept: [] };
    const open = { ...subscription, reader, feed, told: asked, checked: asked };
    this.#open.add(open);
    feed.readers.add(reader);
    stream.push(`retry: ${RETRY_MS}\n\n`);
    if (this.#stopped) stream.end();
    else {
      void this.#join(open, asked).catch((error: unknown) => {
        // The reader comes back with the last id that it has.
        this.#deps.log('debug', 'a stream of events could not go on', { tenant_id: tenantId, error });
        stream.end();
      });
    }
    return open;
  }

  async #join({ feed, reader, lastEventId }: Open, asked: number): Promise<void> {
    const place = placeOf(lastEventId, asked);
    if (!feed.ready) await feed.tick(asked);
    if ('reset' in place) reader.stream.push(resetText(place.reset, asked));
    await feed.catchUp(reader, 'reset' in place ? asked : place.since);
    // From here on an id is known, whatever happens.
    feed.heartbeat(reader);
  }

  #detach(open: Open): void {
    const { feed, reader, tenantId } = open;
    this.#open.delete(open);
    feed.readers.delete(reader);
    if (feed.readers.size === 0) this.#feeds.delete(tenantId);
  }

  async #check(open: Open, now: number): Promise<void> {
    open.checked = now;
    try {
      await open.check();
    } catch (error) {
      // That the database is away says nothing of the credential.
      if (error instanceof AppError && error.code !== 'unavailable') open.reader.stream.end();
      else throw error;
    }
  }

  #requireRoom(tenantId: string): void {
    const headers = { 'Retry-After': '10' };
    const { tenant, server } = this.#limits;
    if (this.#open.size >= server) {
      const detail = `This server has ${server} streams of events open, and opens no more; try again later.`;
      throw new AppError('streams_exhausted', detail, { headers });
    }
    if ((this.#feeds.get(tenantId)?.readers.size ?? 0) < tenant) return;
    const detail = `This tenant has ${tenant} streams of events open on this server, and may have no more: close one first.`;
    throw new AppError('too_many_streams', detail, { headers });
  }
}

/** Where a reader goes on, or why it can't. */
function placeOf(id: string | undefined, now: number): { readonly since: number } | { readonly reset: ResetReason } {
  if (id === undefined || id === '') return { since: now };
  const at = instantOf(id);
  if (at === null || at > now + AHEAD_MS) return { reset: 'UNKNOWN_ID' };
  if (at < now - RESUMABLE_MS) return { reset: 'TOO_OLD' };
  // What had not been committed when that was sent.
  return { since: at - DEEP_MS };
}
