import type { Dispatcher } from 'undici';
import type { AttemptError } from './action.ts';
import { attemptError, transportError } from './attempt-error.ts';
import { MOST_BODY } from './ledger.ts';
import type { Stop } from './stop.ts';

/** One HTTP request, ready to go. */
export interface HttpRequest {
  readonly origin: string;
  readonly path: string;
  readonly method: string;
  /** Names and values by turns, the form that undici reads fastest. */
  readonly headers: string[];
  readonly body: string | null;
  /** Off: one timer covers everything, and undici's own per phase would be two more for each request. */
  readonly headersTimeout: 0;
  readonly bodyTimeout: 0;
}

/** What came back: the body up to a little over the cap. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly chunks: Buffer[];
}

/** `answer` is what arrived, also where the exchange failed half-way; `error` is null when it is complete or was cut. */
export interface ExchangeResult {
  readonly answer: HttpAnswer | null;
  readonly error: AttemptError | null;
}

type Headers = HttpAnswer['headers'];

/**
 * undici's handler interface rather than its `request`: that makes a stream per answer and can't give up a request
 * that still waits for its connection. Here the cap, the time-out and the stop all end at once, whatever the state.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly done: Promise<ExchangeResult>;
  #settle: ((result: ExchangeResult) => void) | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #answer: HttpAnswer | null = null;
  #size = 0;
  readonly #timer: NodeJS.Timeout;
  readonly #stopper: Stop;

  constructor(timeoutMs: number, stopper: Stop) {
    this.done = new Promise((resolve) => (this.#settle = resolve));
    this.#timer = setTimeout(this.#onTimeout, timeoutMs, timeoutMs);
    this.#stopper = stopper;
    stopper.on(this.#onAbort);
    if (stopper.stopped) this.#onAbort();
  }

  readonly #onTimeout = (timeoutMs: number): void =>
    this.#stop(attemptError('timeout', `The exchange was not complete within ${timeoutMs / 1_000} s.`));

  readonly #onAbort = (): void =>
    this.#stop(attemptError('aborted', 'The attempt was stopped before it had an outcome.'));

  /** Ends the exchange from this side: the connection is closed, as the rest of the answer is of no use. */
  #stop(error: AttemptError | null): void {
    this.#finish(error);
    this.#controller?.abort(new Error('stopped'));
  }

  #finish(error: AttemptError | null): void {
    clearTimeout(this.#timer);
    this.#stopper.off(this.#onAbort);
    this.#settle?.({ answer: this.#answer, error });
    this.#settle = null;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Stopped while it waited for a connection.
    if (this.#settle === null) controller.abort(new Error('stopped'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status >= 200) this.#answer = { status, headers, chunks: [] };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#answer?.chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size > MOST_BODY) this.#stop(null);
  }

  onResponseEnd(): void {
    this.#finish(null);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#finish(transportError(error));
  }
}

/**
 * Sends a request and reads the answer: the whole of it, or the first 16 KiB and then the connection is closed. The
 * time covers everything, the wait for a connection too. Never rejects.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: HttpRequest,
  timeoutMs: number,
  stopper: Stop,
): Promise<ExchangeResult> {
  const run = new Exchange(timeoutMs, stopper);
  if (!stopper.stopped) dispatcher.dispatch(request, run);
  return run.done;
}
