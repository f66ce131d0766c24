import { setTimeout } from 'node:timers/promises';
import { Presets, SingleBar } from 'cli-progress';
import { RUN_STATUSES, type Backfill, type Client } from '../api.ts';
import type { Cli } from '../cli.ts';
import { Shortfall } from '../exit.ts';
import { type Fates, fatesOf, givenUpOf, progressOf, statusOf } from '../show/backfills.ts';
import { instant } from '../show/format.ts';
import { Contact } from './contact.ts';
import { insist } from './insist.ts';

const PAUSE_MS = 1_000;
/** Where no bar shows each step, every so many of them have a line. */
const STEPS_A_LINE = 10;

/** How many runs of a backfill stand how, those that there are; without the row of what it has not planned. */
export async function fatesOfBackfill({ runs }: Client, backfill: Backfill): Promise<Fates> {
  const all = await Promise.all(
    RUN_STATUSES.map(async (status) => {
      const { total } = await runs.list({ backfill_id: backfill.id, status, limit: 1 });
      return [status, status === 'CANCELLED' && givenUpOf(backfill) > 0 ? total - 1 : total] as const;
    }),
  );
  return all.filter(([, total]) => total > 0);
}

/**
 * Shows how far a backfill comes, until it has ended or one has seen enough.
 * @throws Shortfall when it was cancelled, or a run of it FAILED
 */
export async function watch(cli: Cli, id: string): Promise<void> {
  const client = await cli.client();
  const { stop } = cli.around;
  const contact = new Contact(cli);
  const view = new View(cli);
  const first = await client.backfills.get(id);
  try {
    let seen = first;
    view.show(seen);
    while (seen.finished_at === null) {
      await setTimeout(PAUSE_MS, undefined, { signal: stop });
      const ask = async () => await client.backfills.get(id, { signal: stop });
      seen = await insist(ask, { stop, away: (error) => (view.end(), contact.lost(error)) });
      contact.made();
      view.show(seen);
    }
    view.end();
    const fates = await fatesOfBackfill(client, seen);
    tellEnd(cli, seen, fates);
  } catch (error) {
    if (!stop.aborted) throw error;
    view.end();
    cli.output.note('The backfill goes on without being watched.');
  } finally {
    view.end();
  }
}

function tellEnd({ output }: Cli, backfill: Backfill, fates: Fates): void {
  if (!output.json) output.line(`It is ${statusOf(backfill)}: ${fatesOf(fates) ?? 'no run was made'}.`);
  const failed = fates.find(([status]) => status === 'FAILED');
  if (failed) {
    throw new Shortfall(`not all has succeeded; see "hydracore runs list --backfill ${backfill.id} --status FAILED".`);
  }
  if (backfill.status === 'CANCELLED') throw new Shortfall('it was cancelled before all was done.');
}

/** A bar for people who look on, lines for logs, JSON for programs. */
class View {
  readonly #cli: Cli;
  #bar: SingleBar | null = null;
  #last: Backfill | null = null;
  #steps = 0;

  constructor(cli: Cli) {
    this.#cli = cli;
  }

  show(backfill: Backfill): void {
    const { output } = this.#cli;
    const before = this.#last;
    const changed = before?.status !== backfill.status;
    const moved = changed || before.planned !== backfill.planned || before.skipped !== backfill.skipped;
    this.#steps += 1;
    if (output.json) {
      if (moved) output.line(JSON.stringify(backfill));
      this.#last = backfill;
      return;
    }
    if (this.#barOf(backfill) === null && (changed || (moved && this.#steps >= STEPS_A_LINE))) {
      output.line(`${instant(backfill.updated_at)}  ${statusOf(backfill)}  ${progressOf(backfill)}`);
      this.#steps = 0;
      this.#last = backfill;
    }
    if (changed) this.#hint(backfill);
    if (this.#bar) this.#last = backfill;
  }

  end(): void {
    this.#bar?.stop();
    this.#bar = null;
  }

  #barOf(backfill: Backfill): SingleBar | null {
    const { around } = this.#cli;
    if (around.err.isTTY !== true || backfill.total === 0) return null;
    const { total, planned, skipped } = backfill;
    const words = { status: statusOf(backfill), progress: progressOf(backfill) };
    if (this.#bar === null) {
      const format = '{bar} {percentage} %  {progress}  {status}';
      this.#bar = new SingleBar(
        { format, stream: process.stderr, hideCursor: true, barsize: 30 },
        Presets.shades_classic,
      );
      this.#bar.start(total, planned + skipped, words);
    } else {
      this.#bar.update(planned + skipped, words);
    }
    return this.#bar;
  }

  #hint({ id, status }: Backfill): void {
    if (status !== 'PAUSED') return;
    this.end();
    this.#cli.output.note(`It is paused: "hydracore backfills resume ${id}" lets it go on.`);
  }
}
