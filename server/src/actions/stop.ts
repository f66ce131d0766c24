/**
 * What stops an attempt: an AbortSignal that is made when somebody asks for one. Each run has one of these and few are ever used; an
 * AbortController with its listeners costs some microseconds, this next to nothing.
 */
export class Stop {
  /** Who is told; most have one, few a second. */
  #call: (() => void) | null = null;
  #others: Set<() => void> | null = null;
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  /** One that stops when a signal does. */
  static of(signal: AbortSignal): Stop {
    const stop = new Stop();
    const abort = (): void => stop.stop(new Error('stopped', { cause: signal.reason }));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    return stop;
  }

  get stopped(): boolean {
    return this.#reason !== undefined;
  }

  /** The same for those who take a signal. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  /** Has it called once when it stops; never, if it has stopped already. */
  on(call: () => void): void {
    if (this.#reason) return;
    if (this.#call === null) this.#call = call;
    else (this.#others ??= new Set()).add(call);
  }

  off(call: () => void): void {
    if (this.#call === call) this.#call = null;
    else this.#others?.delete(call);
  }

  /** Stops, for this reason; only the first counts. */
  stop(reason: Error): void {
    if (this.#reason) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
    const call = this.#call;
    this.#call = null;
    call?.();
    for (const other of this.#others ?? []) other();
    this.#others = null;
  }
}
