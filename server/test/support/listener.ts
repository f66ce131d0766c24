import { createParser } from 'eventsource-parser';
import { eventually } from '../process/waiting.ts';
import type { World } from './world.ts';

/** An event as a reader gets it. */
export interface Heard {
  readonly type: string;
  readonly id: string;
  // Tests look into answers freely.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any;
}

/** A reader of GET /v1/events that keeps what it hears. */
export class Listener {
  readonly events: Heard[] = [];
  text = '';
  /** As a browser keeps it: heartbeats say one too. */
  lastId = '';
  isOpen = true;
  /** Once the server has ended it, or `leave` has. */
  readonly ended: Promise<void>;
  readonly #reader: ReadableStreamDefaultReader<string>;

  private constructor(body: ReadableStream<Uint8Array>, reads: boolean) {
    this.#reader = decoded(body).getReader();
    this.ended = reads ? this.#listen() : Promise.resolve();
  }

  /**
   * Opens one; returns once it hears everything from now on. `reads`: false: it takes the beginning, and then nothing more.
   * `destroy` ends the connection.
   */
  static async open(
    world: World,
    query = '',
    headers: Record<string, string> = {},
    { reads = true, destroy = () => undefined }: { readonly reads?: boolean; readonly destroy?: () => void } = {},
  ): Promise<Listener> {
    const asked = { headers: { 'X-Api-Key': world.key, ...headers } };
    const response = await world.request(`/v1/events${query}`, asked, { outgoing: { destroy } });
    if (response.status !== 200 || !response.body) throw new Error(`${response.status} ${await response.text()}`);
    const listener = new Listener(response.body, reads);
    if (reads) await eventually('the stream stands', () => listener.text.includes(': heartbeat'));
    else {
      let text = '';
      while (!text.includes(': heartbeat')) text += (await listener.#reader.read()).value;
    }
    return listener;
  }

  /** What was heard of a schedule, as short lines. */
  of(scheduleId: string): string[] {
    return this.events
      .filter(({ data }) => data.schedule_id === scheduleId)
      .map(({ type, data }) =>
        type === 'run'
          ? `run ${data.status} ${data.scheduled_for.slice(11, 19)} attempt ${data.attempt}`
          : `schedule ${data.change} ${data.name} ${data.status} ${data.version}`,
      );
  }

  async leave(): Promise<void> {
    await this.#reader.cancel();
    await this.ended;
  }

  async #listen(): Promise<void> {
    const parser = createParser({
      onEvent: ({ event = '', id = '', data }) => {
        this.events.push({ type: event, id, data: JSON.parse(data) });
        this.lastId = id;
      },
      onComment: (comment) => (this.lastId = /^ ?heartbeat (\S+)$/.exec(comment)?.[1] ?? this.lastId),
    });
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) break;
      this.text += value;
      parser.feed(value);
    }
    this.isOpen = false;
  }
}

/** The text of a body. */
export function decoded(body: ReadableStream<Uint8Array>): ReadableStream<string> {
  // The types of Node and of the web differ in a detail here.
  return body.pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>);
}
