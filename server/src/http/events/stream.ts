/** What one reader may leave unread before it is dropped, in characters. */
const MOST_UNREAD = 256 * 1024;

/**
 * One reader's stream: what is pushed waits until it is read, up to a bound. A reader that leaves more is dropped: it comes
 * back with the id of the last event that it got.
 */
export class EventStream {
  /** What the answer is made of. */
  readonly body: ReadableStream<Uint8Array>;
  #unread: string[] = [];
  #length = 0;
  /** How often something was read, and when the hub saw that number first. */
  #reads = 0;
  #seen = { reads: -1, at: 0 };
  #ended = false;
  #wake: (() => void) | undefined;
  #read: (() => void) | undefined;
  readonly #on: { readonly read: () => void; readonly end: () => void; readonly drop: () => void };

  /**
   * @param on `read`: somebody has begun to read (of a HEAD request nobody does); `end`: it is over, whoever ended it;
   *   `drop`: the connection is not to wait for the reader any longer
   */
  constructor(on: { readonly read: () => void; readonly end: () => void; readonly drop: () => void }) {
    this.#on = on;
    const encoder = new TextEncoder();
    let begun = false;
    this.body = new ReadableStream(
      {
        pull: async (controller) => {
          if (!begun) {
            begun = true;
            on.read();
          }
          while (this.#unread.length === 0 && !this.#ended) {
            await new Promise<void>((resolve) => (this.#wake = resolve));
          }
          if (this.#unread.length === 0) return controller.close();
          controller.enqueue(encoder.encode(this.#unread.join('')));
          this.#unread = [];
          this.#length = 0;
          this.#reads += 1;
          this.#read?.();
        },
        cancel: () => this.end(),
      },
      { highWaterMark: 0 },
    );
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Returns once all that was pushed is read, or it is over. One caller at a time. */
  async drained(): Promise<void> {
    while (this.#length > 0 && !this.#ended) await new Promise<void>((resolve) => (this.#read = resolve));
  }

  push(text: string): void {
    if (this.#ended) return;
    if (this.#length + text.length > MOST_UNREAD) return this.drop();
    this.#unread.push(text);
    this.#length += text.length;
    this.#wake?.();
  }

  /** Drops a reader that has left something unread for so long. */
  dropStalled(now: number, afterMs: number): void {
    if (this.#length === 0 || this.#seen.reads !== this.#reads) this.#seen = { reads: this.#reads, at: now };
    else if (now >= this.#seen.at + afterMs) this.drop();
  }

  /** It is over at once. */
  drop(): void {
    this.#unread = [];
    this.#length = 0;
    this.end();
    this.#on.drop();
  }

  /** What was pushed is still read, then it is over. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#wake?.();
    this.#read?.();
    this.#on.end();
  }
}
