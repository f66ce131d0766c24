import { HydraCoreError, type Client, type Run, type ServerEvent } from '../api.ts';
import type { Cli } from '../cli.ts';
import { Names } from '../names.ts';
import { safe, shorten } from '../show/format.ts';
import { tailLine } from '../show/runs.ts';
import { Changes } from './changes.ts';
import { Contact } from './contact.ts';
import { insist } from './insist.ts';
import { queryOf, type RunQuery } from './run-query.ts';

const PAGE = 100;

/** `hydracore runs tail`: the last runs, then each change as the server tells of it. */
export async function tail(cli: Cli, options: RunQuery & { readonly lines: number }): Promise<void> {
  const client = await cli.client();
  const { stop } = cli.around;
  const changes = new Changes();
  const names = new Names(client);
  const contact = new Contact(cli);
  const show = async (runs: readonly Run[]) => {
    for (const run of runs) {
      const line = cli.output.json
        ? JSON.stringify(run)
        : tailLine(cli.output, run, shorten(safe(await names.of(run)), 40));
      cli.output.line(line);
    }
  };
  const newest = async (limit: number) =>
    changes.of((await client.runs.list({ ...queryOf(options), limit }, { signal: stop })).runs);
  try {
    const { stream, first } = await follow(cli, client, contact, options);
    // Only now: what happens from here on is told.
    const last = await newest(PAGE);
    await show(last.slice(Math.max(0, last.length - options.lines)));
    // A server that goes away between telling of a change and showing it is waited for, as the stream is.
    const read = async <T>(ask: () => Promise<T>): Promise<T> => {
      const answer = await insist(ask, { stop, away: (error) => contact.lost(error) });
      contact.made();
      return answer;
    };
    for (let next = await first; next.done !== true; next = await stream.next()) {
      const { type, data } = next.value;
      if (type === 'reset') {
        cli.output.note('Some changes are too long ago to be told: these are the newest runs.');
        await show(await read(async () => await newest(PAGE)));
      } else if (type === 'run') {
        const run = await read(async () => await client.runs.get(data.run_id, { signal: stop }).catch(ignoreGone));
        if (run && (options.status === undefined || run.status === options.status)) await show(changes.of([run]));
      }
    }
  } catch (error) {
    if (!stop.aborted) throw error;
  }
}

/** Opens the stream of events; returns once it stands. */
async function follow(cli: Cli, client: Client, contact: Contact, { schedule }: RunQuery) {
  const { stop: signal } = cli.around;
  const { promise: opened, resolve } = Promise.withResolvers<void>();
  const query = { types: ['run'] as const, ...(schedule !== undefined && { schedule_id: schedule }) };
  const stream = client.events(query, {
    signal,
    onOpen() {
      resolve();
      contact.made();
    },
    onGap(error) {
      if (error) contact.lost(error);
    },
  });
  const first: Promise<IteratorResult<ServerEvent, void>> = stream.next();
  // Waited for by who reads on; until then it is no rejection that nobody handles.
  first.catch(() => undefined);
  await Promise.race([opened, first]);
  return { stream, first };
}

function ignoreGone(error: unknown): null {
  if (error instanceof HydraCoreError && error.status === 404) return null;
  throw error;
}
