import { HydraCoreError, type BackfillCreate, type Client, type Schedule } from '../api.ts';
import { confirm, type YesOption } from '../ask.ts';
import type { Cli } from '../cli.ts';
import { UsageError } from '../exit.ts';
import { count, duration, instant, many, safe } from '../show/format.ts';
import { watch } from './backfill-watch.ts';

export interface StartOptions extends YesOption {
  readonly from: string;
  readonly through: string;
  readonly overlap?: BackfillCreate['overlap_policy'];
  readonly dryRun?: boolean;
  readonly watch?: boolean;
}

/** The most occurrences of one backfill. */
const MOST = 10_000;
const PAGE = 100;
/** The server makes ten runs a second at most. */
const PACE_MS = 100;

/** `hydracore backfills start` */
export async function start(cli: Cli, id: string, options: StartOptions): Promise<void> {
  const client = await cli.client();
  cli.flags = { start_at: '--from', end_at: '--through', overlap_policy: '--overlap' };
  const { from, through, overlap } = options;
  if (options.dryRun === true || options.yes !== true) {
    const schedule = await client.schedules.get(id);
    const found = await lookAhead(client, schedule, options);
    if (options.dryRun === true) {
      const told = { schedule_id: id, ...found, overlap_policy: overlap ?? 'ALLOW_ALL', dry_run: true };
      cli.output.answer(told, () => cli.output.line(sentence(found)));
      return;
    }
    if (found.total === 0) {
      throw new UsageError(`No occurrence of ${id} lies from ${from} through ${through}: there is nothing to run.`);
    }
    const question = `${sentence(found)} Run them by ${JSON.stringify(safe(schedule.name))} now?`;
    await confirm(cli, options, question, ', --dry-run only tells');
  }
  const body = { start_at: from, end_at: through, ...(overlap !== undefined && { overlap_policy: overlap }) };
  const backfill = await client.schedules.backfill(id, body);
  if (options.watch !== true) {
    cli.output.answer(backfill, (made) => {
      cli.output.line(`Backfill ${made.id} of ${many(made.total, 'occurrence')} is ${made.status}.`);
      if (made.finished_at === null) cli.output.line(`See "hydracore backfills watch ${made.id}".`);
    });
    return;
  }
  if (!cli.output.json) cli.output.line(`Backfill ${backfill.id} of ${many(backfill.total, 'occurrence')}:`);
  await watch(cli, backfill.id);
}

interface Found {
  readonly start_at: string;
  readonly end_at: string;
  readonly total: number;
  readonly first: string | null;
  readonly last: string | null;
}

function sentence({ total, first, last, start_at, end_at }: Found): string {
  if (total === 0) return `No occurrence lies from ${instant(start_at)} through ${instant(end_at)}.`;
  const span = first === last ? `at ${instant(first)}` : `from ${instant(first)} through ${instant(last)}`;
  return `${many(total, 'occurrence')}, ${span}; by ten a second that takes ${duration(Math.max(1_000, total * PACE_MS))} at least.`;
}

/** Counts the occurrences that a backfill would have, by the schedule's preview. @throws UsageError where it would be refused */
async function lookAhead(client: Client, schedule: Schedule, { from, through }: StartOptions): Promise<Found> {
  if (schedule.schedule_type === 'RELATIVE') {
    throw new UsageError(
      `${schedule.id} is RELATIVE and has no past of its own: its occurrences follow from the records as they are now.`,
    );
  }
  const start = readInstant('--from', from, schedule.timezone);
  const end = readInstant('--through', through, schedule.timezone);
  if (end < start) throw new UsageError(`--through (${through}) is before --from (${from}); it must not be earlier.`);
  const now = await serverNow(client);
  if (now !== null && end > now) {
    throw new UsageError(`--through is ${through}, in the future; a backfill is of the past, so at most ${iso(now)}.`);
  }
  let total = 0;
  let first: string | null = null;
  let last: string | null = null;
  for (let after = start - 1; ; after = Date.parse(last ?? '')) {
    const { occurrences } = await client.schedules.preview(schedule.id, { after: iso(after), count: PAGE });
    const within = occurrences.filter(({ scheduled_for }) => Date.parse(scheduled_for) <= end);
    total += within.length;
    first ??= within[0]?.scheduled_for ?? null;
    last = within.at(-1)?.scheduled_for ?? last;
    if (total > MOST) {
      throw new UsageError(
        `More than ${count(MOST)} occurrences lie there, and one backfill has at most so many: choose an earlier --through, and go on from there with another.`,
      );
    }
    if (within.length < PAGE) return { start_at: iso(start), end_at: iso(end), total, first, last };
  }
}

/** What is past is for the server's clock to say; null: this credential does not see it, and the start will tell. */
async function serverNow({ overview }: Client): Promise<number | null> {
  try {
    return Date.parse((await overview.get()).at);
  } catch (error) {
    if (error instanceof HydraCoreError && error.status === 403) return null;
    throw error;
  }
}

/** An instant, or a local time of the schedule, as the server reads them (docs/semantics.md): a day alone is its midnight. */
function readInstant(option: string, text: string, timezone: string): number {
  const written = text.trim().replace(',', '.');
  try {
    return instantOf(written) ?? localInstant(Temporal.PlainDateTime.from(written), timezone);
  } catch {
    throw new UsageError(
      `${option} is ${JSON.stringify(text)}; it must be an instant such as 2027-03-01T00:00:00Z, ` +
        'or a local time of the schedule such as 2027-03-01T00:00:00.',
    );
  }
}

function instantOf(written: string): number | null {
  try {
    return Temporal.Instant.from(written).epochMilliseconds;
  } catch {
    return null;
  }
}

/** A repeated local time is its first pass; one that the clock jumps over is the instant of the jump. */
function localInstant(local: Temporal.PlainDateTime, timezone: string): number {
  const first = local.toZonedDateTime(timezone, { disambiguation: 'earlier' });
  const jumped = first.toPlainDateTime().equals(local) ? null : first.getTimeZoneTransition('next');
  return (jumped ?? first).epochMilliseconds;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
