import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../server/test/process/waiting.ts';
import { World } from '../../server/test/support/world.ts';
import { ConnectionError, createClient, HydraCoreError, type EventOptions, type ServerEvent } from '../src/index.ts';

let world: World;
let stop: AbortController;
beforeEach(async () => {
  world = await World.open('2027-03-01T09:00:00Z');
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await world.close();
});

type Answers = (request: Request) => Promise<Response>;

/** Reads in the background, by answers that a test may come between. */
function reading(options: EventOptions = {}, answers: Answers = world.fetch) {
  const sent: Request[] = [];
  const events: ServerEvent[] = [];
  const gaps: (string | null)[] = [];
  let opened = 0;
  const client = createClient({
    baseUrl: 'http://hydracore.test/',
    apiKey: world.key,
    retries: { max: 2, baseMs: 1, maxMs: 1 },
    fetch: async (request) => {
      sent.push(request.clone());
      return quick(await answers(request));
    },
  });
  const read = async () => {
    const stream = client.events(
      { types: ['run', 'schedule'] },
      {
        signal: stop.signal,
        onOpen: () => (opened += 1),
        onGap: (error) => gaps.push(error && error.code),
        ...options,
      },
    );
    for await (const event of stream) events.push(event);
  };
  const ended = read().catch((error: unknown) => error);
  return { sent, events, gaps, ended, opened: () => opened };
}

/** The same answer, which asks its reader to come back at once. */
function quick(answer: Response): Response {
  if (answer.headers.get('content-type') !== 'text/event-stream' || !answer.body) return answer;
  const text = new TextDecoder();
  const bytes = new TextEncoder();
  const sooner = new TransformStream<Uint8Array, Uint8Array>({
    transform: (part, to) => to.enqueue(bytes.encode(text.decode(part).replace('retry: 3000', 'retry: 1'))),
  });
  return new Response(answer.body.pipeThrough(sooner), answer);
}

const kinds = (events: readonly ServerEvent[]) =>
  events.map((event) =>
    event.type === 'schedule' ? event.data.change : event.type === 'run' ? event.data.status : 'reset',
  );

/** A moment later, with a look of the server's. */
const later = async () => {
  world.clock.set(world.clock.now() + 1_000);
  await world.streams.tick();
};

describe('events', () => {
  it('come as they happen, and over a break each once, with nothing lost', async () => {
    const { sent, events, gaps, opened } = reading();
    await eventually('it stands', () => world.streams.size === 1 && opened() === 1);
    await later();
    const { id } = await world.create();
    await later();
    await eventually('it is told', () => events.length === 1);
    await world.advanceTo('2027-03-01T09:01:00Z');
    await world.streams.tick();
    await eventually('the run is told', () => events.length === 2);
    world.streams.closeAll();
    await world.advanceTo('2027-03-01T09:02:00Z');
    await world.call('POST', `/v1/schedules/${id}/pause`);
    await eventually('what was missed is told', () => events.length === 4);
    expect(kinds(events)).toEqual(['CREATED', 'SUCCEEDED', 'SUCCEEDED', 'CHANGED']);
    expect(events.every(({ data }) => 'schedule_id' in data && data.schedule_id === id)).toBe(true);
    expect(gaps).toEqual([null]);
    expect(sent[0]?.url).toBe('http://hydracore.test/v1/events?types=run%2Cschedule');
    expect(sent.map(({ headers }) => headers.get('last-event-id'))).toEqual([null, events[1]?.id]);
  });

  it('go on behind a heartbeat, and where their reader says', async () => {
    const first = reading();
    await eventually('it stands', () => world.streams.size === 1 && first.opened() === 1);
    world.clock.set(world.clock.now() + 60_000);
    await world.streams.tick();
    world.streams.closeAll();
    await eventually('it stands again', () => first.sent.length === 2);
    const behind = first.sent[1]?.headers.get('last-event-id') ?? '';
    expect(behind).toMatch(/^e/);
    await world.create();
    const second = reading({ lastEventId: behind });
    await eventually('it is told', () => second.events.length === 1);
    expect(kinds(second.events)).toEqual(['CREATED']);
    world.clock.set(world.clock.now() + 1_000);
    const third = reading({ lastEventId: 'e1' });
    await eventually('it says so', () => third.events.length === 1);
    expect(third.events[0]).toMatchObject({ type: 'reset', data: { reason: 'TOO_OLD' } });
  });

  it('are asked for again while the server is away or full, once it has answered', async () => {
    const answers: (() => Promise<Response>)[] = [];
    const { sent, gaps, opened } = reading({}, async (request) => await (answers.shift()?.() ?? world.fetch(request)));
    await eventually('it stands', () => world.streams.size === 1 && opened() === 1);
    const away = () => Promise.reject(new TypeError('fetch failed'));
    const full = () =>
      Promise.resolve(
        Response.json({ detail: 'full', code: 'streams_exhausted' }, { status: 503, headers: { 'Retry-After': '0' } }),
      );
    answers.push(away, away, away, away, full);
    world.streams.closeAll();
    await eventually('it stands again', () => opened() === 2);
    expect(gaps).toEqual([null, ...Array(4).fill('connection_failed'), 'streams_exhausted']);
    expect(sent).toHaveLength(7);
  });

  it('that never stood fail after some tries, and at once where trying again is no use', async () => {
    const away = reading({}, () => Promise.reject(new TypeError('fetch failed')));
    expect(await away.ended).toBeInstanceOf(ConnectionError);
    expect(away.sent).toHaveLength(3);
    world.key = 'hc_live_nobody';
    const unknown = reading();
    expect(await unknown.ended).toMatchObject({ status: 401, code: 'unauthorized' });
    expect(unknown.sent).toHaveLength(1);
    const other = reading({}, () => Promise.resolve(new Response('<html>')));
    expect(await other.ended).toBeInstanceOf(HydraCoreError);
    expect(await other.ended).toMatchObject({ code: 'unexpected_answer' });
  });

  it('end with the signal of their reader, and when it leaves', async () => {
    const { ended } = reading();
    await eventually('it stands', () => world.streams.size === 1);
    stop.abort(new Error('enough'));
    expect(await ended).toMatchObject({ message: 'enough' });
    await eventually('the server knows', () => world.streams.size === 0);
    const client = createClient({ baseUrl: 'http://hydracore.test', apiKey: world.key, fetch: world.fetch });
    world.clock.set(world.clock.now() + 1_000);
    setTimeout(() => void world.create().then(later), 50);
    for await (const event of client.events()) {
      expect(event.type).toBe('schedule');
      break;
    }
    await eventually('the server knows', () => world.streams.size === 0);
  });
});
