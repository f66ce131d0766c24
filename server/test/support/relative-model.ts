import fc from 'fast-check';
import { expect } from 'vitest';
import { casesOf } from './random-cases.ts';
import { World } from './world.ts';

/**
 * Random edits of records and schedules and steps of the clock, against a model that has no indexes and no cursors: it
 * recomputes from scratch at each step what is due, by Temporal. The ledgers are equal.
 */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse('2027-03-10T00:00:00Z');
const CATCHUP_MINUTES = 120;
const ZONES = ['UTC', 'America/New_York', 'Pacific/Apia'];
const RECORDS = ['a', 'b', 'c'];

interface Rule {
  readonly zone: string;
  readonly offset: number;
  readonly time: string | null;
  readonly field: 'day' | 'moment';
  readonly filter: boolean;
  readonly recurrence: 'NONE' | 'MONTHLY' | 'YEARLY';
}

type Data = { readonly status: string; readonly day?: string; readonly moment?: string };
type Step =
  | { readonly kind: 'write'; readonly record: string; readonly data: Data }
  | { readonly kind: 'delete'; readonly record: string }
  | { readonly kind: 'advance'; readonly by: number }
  | { readonly kind: 'pause' | 'resume' }
  | { readonly kind: 'edit'; readonly rule: Partial<Rule> };
/** What a sequence is made of: a step, or one that says what it does only by what was before it. */
type Move =
  | Step
  /** The clock goes so far behind what is next. */
  | { readonly kind: 'due'; readonly by: number }
  /** The dates of the record that was written last move by so much. */
  | { readonly kind: 'move'; readonly by: number }
  /** It says what it said so many writes ago. */
  | { readonly kind: 'back'; readonly writes: number };

/** The moves of a sequence as steps: by the writes so far. */
class Story {
  readonly #said = new Map<string, Data[]>();
  #last = '';

  stepOf(move: Move, now: number, next: number | null): Step {
    if (move.kind === 'due') {
      const far = next === null || next > now + 40 * DAY;
      return { kind: 'advance', by: far ? HOUR : next - now + move.by };
    }
    if (move.kind === 'write') return this.#write(move.record, move.data);
    if (move.kind !== 'move' && move.kind !== 'back') return move;
    const data = this.#said.get(this.#last)?.at(move.kind === 'back' ? -1 - move.writes : -1);
    if (data === undefined) return { kind: 'advance', by: 60_000 };
    return this.#write(this.#last, move.kind === 'move' ? moved(data, move.by) : data);
  }

  #write(record: string, data: Data): Step {
    this.#last = record;
    this.#said.set(record, [...(this.#said.get(record) ?? []), data]);
    return { kind: 'write', record, data };
  }
}

function moved({ status, day, moment }: Data, by: number): Data {
  const shift = (text: string) => new Date(Date.parse(text) + by).toISOString();
  return {
    status,
    ...(day === undefined ? {} : { day: shift(day).slice(0, 10) }),
    ...(moment === undefined ? {} : { moment: shift(moment) }),
  };
}

/** Every occurrence of a record's date until `until`, by Temporal, from the words of docs/relative.md. */
function occurrences(rule: Rule, data: Data, until: number): number[] {
  const value = rule.field === 'day' ? data.day : data.moment;
  if (value === undefined || (rule.filter && data.status !== 'active')) return [];
  const local =
    rule.field === 'day'
      ? Temporal.PlainDate.from(value).toPlainDateTime()
      : Temporal.Instant.from(value).toZonedDateTimeISO(rule.zone).toPlainDateTime();
  const found: number[] = [];
  for (let turn = 0; ; turn += 1) {
    const [months, years] = rule.recurrence === 'YEARLY' ? [0, turn] : [turn, 0];
    const date = local.toPlainDate().add({ months, years }).add({ days: rule.offset });
    const time = rule.time === null ? local.toPlainTime() : Temporal.PlainTime.from(rule.time);
    const due = instantOf(date.toPlainDateTime(time), rule.zone);
    const itself = rule.field === 'moment' && rule.time === null && rule.offset === 0 && turn === 0;
    found.push(itself ? Temporal.Instant.from(value).epochMilliseconds : due);
    if (rule.recurrence === 'NONE' || due > until) return found.filter((instant) => instant <= until);
  }
}

function instantOf(wall: Temporal.PlainDateTime, zone: string): number {
  const first = wall.toZonedDateTime(zone, { disambiguation: 'earlier' });
  if (first.toPlainDateTime().equals(wall)) return first.epochMilliseconds;
  const jump = first.getTimeZoneTransition('next');
  if (!jump) throw new Error('a time that is jumped over has a jump');
  return jump.epochMilliseconds;
}

/** What the product should do, the slow way. Time only stands where something happens, so nothing is ever late by planning. */
class Model {
  readonly #records = new Map<string, Data>();
  readonly #done = new Set<string>();
  readonly ledger: string[] = [];
  #rule: Rule;
  #now = START;
  /** When the rule changed last, or the schedule was resumed. */
  #since = -Infinity;
  #pausedAt: number | null = null;

  constructor(rule: Rule) {
    this.#rule = rule;
  }

  apply(step: Step): void {
    switch (step.kind) {
      case 'write':
        this.#records.set(step.record, step.data);
        this.#plan(this.#now - CATCHUP_MINUTES * 60_000);
        break;
      case 'delete':
        this.#records.delete(step.record);
        break;
      case 'advance':
        this.#now += step.by;
        this.#plan(-Infinity);
        break;
      case 'pause':
        this.#pausedAt ??= this.#now;
        break;
      case 'resume':
        this.#resume();
        break;
      case 'edit':
        if (this.#pausedAt !== null) this.#miss();
        this.#rule = { ...this.#rule, ...step.rule };
        this.#passOver();
        if (this.#pausedAt !== null) this.#pausedAt = this.#now;
    }
  }

  /** The next occurrence of all records, or null. */
  next(): number | null {
    if (this.#pausedAt !== null) return null;
    const dues = this.#all(this.#now + 800 * DAY).map(({ due }) => due);
    return dues.length === 0 ? null : Math.min(...dues);
  }

  #all(until: number): { record: string; due: number }[] {
    return [...this.#records].flatMap(([record, data]) =>
      occurrences(this.#rule, data, until).flatMap((due) =>
        this.#done.has(`${record} ${due}`) ? [] : [{ record, due }],
      ),
    );
  }

  /** Runs what is due; what a write brings that is older than `from` never was. */
  #plan(from: number): void {
    if (this.#pausedAt !== null) return;
    for (const { record, due } of this.#all(this.#now)) {
      this.#done.add(`${record} ${due}`);
      if (due >= from) this.ledger.push(`${new Date(due).toISOString()} ${record} SUCCEEDED`);
    }
  }

  #miss(): void {
    const since = Math.max(this.#since, this.#pausedAt ?? this.#now);
    const missed = this.#all(this.#now).flatMap(({ due }) => (due > since ? [due] : []));
    if (missed.length > 0) {
      const [first, last] = [Math.min(...missed), Math.max(...missed)].map((due) => new Date(due).toISOString());
      this.ledger.push(`${first} MISSED PAUSED ${missed.length} ${last}`);
    }
  }

  #resume(): void {
    if (this.#pausedAt === null) return;
    this.#miss();
    this.#passOver();
    this.#pausedAt = null;
  }

  /** The records that are there have no occurrence before now any more; one that comes, or changes, later may. */
  #passOver(): void {
    this.#since = this.#now;
    for (const { record, due } of this.#all(this.#now)) this.#done.add(`${record} ${due}`);
  }
}

const days = fc.integer({ min: -35, max: 12 }).map((n) => new Date(START + n * DAY).toISOString().slice(0, 10));
const moments = fc.integer({ min: -35 * 96, max: 12 * 96 }).map((n) => new Date(START + n * 900_000).toISOString());
const data: fc.Arbitrary<Data> = fc.record(
  { status: fc.constantFrom('active', 'paused'), day: days, moment: moments },
  { requiredKeys: ['status'] },
);
const ruleParts = {
  zone: fc.constantFrom(...ZONES),
  offset: fc.constantFrom(-3, -1, 0, 1, 30),
  time: fc.constantFrom(null, '02:30', '09:00', '23:59:30'),
  field: fc.constantFrom('day' as const, 'moment' as const),
  filter: fc.boolean(),
  recurrence: fc.constantFrom('NONE' as const, 'NONE' as const, 'MONTHLY' as const, 'YEARLY' as const),
};
const rules: fc.Arbitrary<Rule> = fc.record(ruleParts);
const due = fc.record({ kind: fc.constant('due' as const), by: fc.constantFrom(0, 60_000, HOUR) });
const move = fc.record({
  kind: fc.constant('move' as const),
  by: fc.constantFrom(-DAY, -HOUR, 60_000, HOUR, 5 * DAY, 100 * DAY),
});
const back = fc.record({ kind: fc.constant('back' as const), writes: fc.integer({ min: 1, max: 3 }) });
const singles: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('write' as const), record: fc.constantFrom(...RECORDS), data }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), record: fc.constantFrom(...RECORDS) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('advance' as const),
      by: fc.constantFrom(60_000, HOUR, 5 * HOUR, DAY, 3 * DAY, 3 * DAY, 3 * DAY, 370 * DAY),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('pause' as const, 'resume' as const, 'resume' as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('edit' as const), rule: fc.record(ruleParts, { requiredKeys: [] }) }),
  },
  { weight: 2, arbitrary: due },
  { weight: 2, arbitrary: move },
  { weight: 2, arbitrary: back },
);
/** What has just fired moves away, and back to an instant that has had its turn: by single moves it hardly ever comes to that. */
const there: fc.Arbitrary<Move[]> = fc.tuple(due, move, back);
const moves: fc.Arbitrary<Move[]> = fc
  .array(fc.oneof({ weight: 5, arbitrary: singles.map((single) => [single]) }, { weight: 1, arbitrary: there }), {
    minLength: 4,
    maxLength: 14,
  })
  .map((parts) => parts.flat());

const body = (rule: Rule) => ({
  timezone: rule.zone,
  schedule_expression: rule.time,
  relative_field_name: rule.field,
  relative_offset_days: rule.offset,
  relative_filter: rule.filter ? { status: 'active' } : null,
  relative_recurrence: rule.recurrence,
});

let made = 0;
/** The product, driven through its API. */
class Product {
  readonly #world: World;
  #definition = '';
  #schedule = '';
  #records = '';
  readonly #ids = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
  }

  async start(rule: Rule): Promise<void> {
    this.#world.clock.set(START);
    made += 1;
    const definition = await this.#world.call('POST', '/v1/entity-definitions', {
      slug: `m${made}`,
      name: 'Model',
      fields: [
        { name: 'status', type: 'STRING', required: true },
        { name: 'day', type: 'DATE' },
        { name: 'moment', type: 'DATETIME' },
      ],
    });
    expect(definition.status).toBe(201);
    this.#definition = `/v1/entity-definitions/${definition.body.id}`;
    this.#records = `${this.#definition}/records`;
    const schedule = await this.#world.create({
      schedule_type: 'RELATIVE',
      relative_entity_definition_id: definition.body.id,
      catchup_window_minutes: CATCHUP_MINUTES,
      overlap_policy: 'ALLOW_ALL',
      ...body(rule),
    });
    this.#schedule = schedule.id;
  }

  async apply(step: Step, rule: Rule): Promise<void> {
    const path = `/v1/schedules/${this.#schedule}`;
    if (step.kind === 'write') {
      const reply = await this.#world.call('POST', this.#records, { external_id: step.record, data: step.data });
      expect([200, 201]).toContain(reply.status);
      this.#ids.set(reply.body.id, step.record);
    } else if (step.kind === 'delete') {
      const [id] = [...this.#ids].findLast(([, name]) => name === step.record) ?? [];
      if (id !== undefined) await this.#world.call('DELETE', `${this.#records}/${id}`);
    } else if (step.kind === 'edit') {
      expect((await this.#world.call('PUT', path, body(rule))).status).toBe(200);
    } else if (step.kind === 'advance') await this.#world.advanceTo(this.#world.clock.now() + step.by);
    else await this.#world.call('POST', `${path}/${step.kind}`);
  }

  async next(): Promise<number | null> {
    const { next_run_at } = await this.#world.get(this.#schedule);
    return next_run_at === null ? null : Date.parse(next_run_at);
  }

  async ledger(): Promise<string[]> {
    const runs = await this.#world.runs(this.#schedule);
    return runs.map((run) =>
      run.record_id === null
        ? `${run.scheduled_for} ${run.status} ${run.reason} ${run.missed_count} ${run.missed_until}`
        : `${run.scheduled_for} ${this.#ids.get(run.record_id)} ${run.status}`,
    );
  }

  /** Nothing of a case is left, also of one that failed: what it shrinks to fails by itself, not by a limit that was reached. */
  async end(): Promise<void> {
    if (this.#schedule !== '') await this.#world.call('DELETE', `/v1/schedules/${this.#schedule}`);
    if (this.#definition !== '') await this.#world.call('DELETE', `${this.#definition}?cascade=true`);
  }
}

/**
 * Random sequences of edits, on the product and on the model: the same `next_run_at` after each, the same ledger in the end.
 * See `casesOf`.
 * @param searchMs how long the product may look for what is next, where it does so in several looks; 0: it is true at once
 */
export async function compareWithModel(searchMs: number, numRuns: number): Promise<void> {
  const world = await World.open(new Date(START).toISOString());
  try {
    await fc.assert(
      fc.asyncProperty(rules, moves, async (first, sequence) => {
        const [model, product] = [new Model(first), new Product(world)];
        try {
          await product.start(first);
          const story = new Story();
          let rule = first;
          const take = async (step: Step) => {
            await product.apply(step, rule);
            if (step.kind === 'write' || step.kind === 'delete') await world.settle();
            model.apply(step);
          };
          for (const move of sequence) {
            const step = story.stepOf(move, world.clock.now(), model.next());
            if (step.kind === 'edit') rule = { ...rule, ...step.rule };
            await take(step);
            if (searchMs > 0) await take({ kind: 'advance', by: searchMs });
            expect(await product.next()).toBe(model.next());
          }
          expect((await product.ledger()).toSorted()).toEqual(model.ledger.toSorted());
        } finally {
          await product.end();
        }
      }),
      casesOf(numRuns, 20_270_310),
    );
  } finally {
    await world.close();
  }
}
