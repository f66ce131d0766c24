import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionError, HydraCoreError, type Client, type Run } from '../api.ts';
import type { Cli } from '../cli.ts';
import { exitCodeOf, EXIT } from '../exit.ts';
import { shorten } from '../show/schedules.ts';
import { safe } from '../show/format.ts';
import { tailLine } from '../show/runs.ts';
import { Changes } from './changes.ts';
import { queryOf, type RunQuery } from './run-query.ts';

const EVERY_MS = 1_000;
const PAGE = 100;
/** So many pages are read at once at most: who is further behind sees the newest. */
const MOST_PAGES = 10;
/** So many runs that are open, and not among the newest, are looked at each time. */
const MOST_OPEN = 50;

/** `hydracore runs tail`: asks each second, and shows what is new or has changed. */
export async function tail(cli: Cli, options: RunQuery & { readonly lines: number }): Promise<void> {
  const client = await cli.client();
  const { stop } = cli.around;
  const changes = new Changes();
  const names = new Names(client);
  let first = true;
  let away = false;
  while (!stop.aborted) {
    try {
      const changed = changes.of(await look(client, options, changes, first, stop));
      for (const run of first ? changed.slice(changed.length - options.lines) : changed) {
        const line = cli.output.json
          ? JSON.stringify(run)
          : tailLine(cli.output, run, shorten(safe(await names.of(run)), 40));
        cli.output.line(line);
      }
      if (away) cli.output.note('The server answers again.');
      first = away = false;
    } catch (error) {
      if (stop.aborted) return;
      if (first || !isPassing(error)) throw error;
      if (!away) cli.output.note(`${(error as Error).message}; asking on.`);
      away = true;
    }
    await sleep(EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

function isPassing(error: unknown): boolean {
  const gone = error instanceof ConnectionError || (error instanceof HydraCoreError && error.status >= 500);
  return gone || exitCodeOf(error) === EXIT.unreachable;
}

/** The newest runs as far back as the last look, those that run, and those seen open before. */
async function look(
  { runs }: Client,
  options: RunQuery,
  changes: Changes,
  first: boolean,
  signal: AbortSignal,
): Promise<Run[]> {
  const query = queryOf(options);
  const found = new Map<string, Run>();
  for (let page = 0; page < (first ? 1 : MOST_PAGES); page += 1) {
    const { runs: newest } = await runs.list({ ...query, limit: PAGE, offset: page * PAGE }, { signal });
    for (const run of newest) found.set(run.id, run);
    if (newest.length < PAGE || newest.some(({ id }) => changes.knows(id))) break;
  }
  if (options.status === undefined) {
    // Late ones are not among the newest: the order is that of their occurrences.
    const { runs: running } = await runs.list({ ...query, status: 'RUNNING', limit: PAGE }, { signal });
    for (const run of running) found.set(run.id, found.get(run.id) ?? run);
    const open = changes.open.filter((id) => !found.has(id)).slice(0, MOST_OPEN);
    for (const id of open) {
      const run = await runs.get(id, { signal }).catch(ignoreGone);
      if (run) found.set(id, run);
      else changes.forget(id);
    }
  }
  return [...found.values()];
}

function ignoreGone(error: unknown): null {
  if (error instanceof HydraCoreError && error.status === 404) return null;
  throw error;
}

/** What schedules are called; asked for once each. */
class Names {
  readonly #client: Client;
  readonly #names = new Map<string, string>();

  constructor(client: Client) {
    this.#client = client;
  }

  async of({ schedule_id }: Run): Promise<string> {
    const known = this.#names.get(schedule_id);
    if (known !== undefined) return known;
    // Deleted, or not for this key: the id does as well.
    const name = await this.#client.schedules.get(schedule_id).then(
      (schedule) => schedule.name,
      () => schedule_id,
    );
    if (this.#names.size >= 10_000) this.#names.clear();
    this.#names.set(schedule_id, name);
    return name;
  }
}
