import type { Result } from '../support/results.ts';
import { shown, type Cell } from '../support/table.ts';
import { otherPoints, QUANTITIES, recurringPoints, storedBytes, type Point, type Quantity } from './points.ts';

/** What is taken a second: `base` always, `each` for a run. */
export interface Line {
  readonly base: number;
  readonly each: number;
}

/** The line through two points; where by it nothing took less than nothing, the one from nothing through the larger. */
export function through(a: Point, b: Point, quantity: Quantity): Line {
  const each = (b.takes[quantity] - a.takes[quantity]) / (b.rate - a.rate);
  const base = a.takes[quantity] - each * a.rate;
  return base < 0 ? { base: 0, each: b.takes[quantity] / b.rate } : { base, each };
}

export function predicted({ base, each }: Line, rate: number): number {
  return base + each * rate;
}

/** What the page says of sizing. */
export interface Model {
  /** Of which two points its constants are; null: there are not two yet. */
  readonly from: readonly [Point, Point] | null;
  readonly constants: readonly (readonly Cell[])[];
  readonly checks: readonly (readonly Cell[])[];
  readonly notes: readonly string[];
}

export const CONSTANTS_HEAD = ['what', 'a run', 'always, a second', 'unit', 'a million runs'];
export const CHECKS_HEAD = ['load', 'runs/s', 'what', 'predicted', 'measured', 'unit', 'error, %'];

interface Told {
  readonly name: string;
  readonly unit: string;
  /** A million runs of it. */
  million(each: number): string;
}

const TOLD: Readonly<Record<Quantity, Told>> = {
  server: { name: 'CPU of the server', unit: 'µs', million: (each) => `${shown(each)} s` },
  database: { name: 'CPU of PostgreSQL', unit: 'µs', million: (each) => `${shown(each)} s` },
  wal: { name: 'WAL', unit: 'bytes', million: (each) => `${shown(each)} MB` },
  ledger: { name: 'ledger, table and indexes', unit: 'bytes', million: (each) => `${shown(each)} MB` },
  rows: { name: 'row writes', unit: 'rows', million: (each) => `${shown(each)} million` },
};

/** The sizes that the constants are taken from where they were measured; others are what they are checked against. */
const WANTED = [10_000, 100_000].map((schedules) => `${shown(schedules)} schedules a minute`);

/** The sizing model of what was measured. */
export function model(results: readonly Result[]): Model {
  const points = recurringPoints(results);
  const from = chosen(points);
  const stored = storedBytes(results);
  if (from === null) {
    const needed = [
      'Needs `npm run bench -- recurring` with two sizes that the product keeps up with, such as 10000 and 100000.',
    ];
    return { from, constants: [], checks: [], notes: [...needed, ...toldOfStored(stored)] };
  }
  const lines = new Map(QUANTITIES.map((quantity) => [quantity, through(...from, quantity)]));
  const line = (quantity: Quantity) => lines.get(quantity) ?? { base: NaN, each: NaN };
  const constants = QUANTITIES.filter((quantity) => Number.isFinite(line(quantity).each)).map((quantity): Cell[] => {
    const { base, each } = line(quantity);
    return [TOLD[quantity].name, each, base, TOLD[quantity].unit, TOLD[quantity].million(each)];
  });
  const others = [...points.filter((point) => !from.includes(point)), ...otherPoints(results)];
  const checks = others.flatMap((point) =>
    QUANTITIES.filter((quantity) => Number.isFinite(point.takes[quantity]) && Number.isFinite(line(quantity).each)).map(
      (quantity): Cell[] => {
        const wanted = predicted(line(quantity), point.rate) / point.rate;
        const found = point.takes[quantity] / point.rate;
        const error = Math.round((100 * (wanted - found)) / found);
        return [point.what, point.rate, TOLD[quantity].name, wanted, found, `${TOLD[quantity].unit} a run`, error];
      },
    ),
  );
  return { from, constants, checks, notes: notes(line, stored) };
}

/** Two of the points, as far from each other as the wanted ones are. */
function chosen(points: readonly Point[]): readonly [Point, Point] | null {
  const wanted = WANTED.flatMap((what) => points.find((point) => point.what === what) ?? []);
  const [low, high] = wanted.length === 2 ? wanted : points.slice(-2);
  return low && high ? [low, high] : null;
}

function notes(line: (quantity: Quantity) => Line, stored: { table: number; indexes: number } | null): string[] {
  const { each } = line('ledger');
  const cpu = line('server');
  const rate = (1e6 - cpu.base) / cpu.each;
  return [
    ...toldOfStored(stored),
    ...(rate > 0
      ? [
          `One server process is one JavaScript thread: by this line, beyond what was measured, its core is full at ${shown(rate)} runs a second, where PostgreSQL takes ${shown(predicted(line('database'), rate) / 1e6)} cores beside it.`,
        ]
      : []),
    ...(each > 0
      ? [
          `So 100,000 fires a day that are kept for 30 days take ${shown((3e6 * each) / 1e9)} GB of ledger, with the bodies of receivers' answers on top (up to 16 KiB each; here they are two bytes).`,
        ]
      : []),
  ];
}

function toldOfStored(stored: { table: number; indexes: number } | null): string[] {
  if (stored === null) return [];
  const { table, indexes } = stored;
  return [
    `A stored schedule takes ${shown(table + indexes)} bytes, ${shown(table)} of the table and ${shown(indexes)} of its indexes, and nothing else while it is not due: a million are ${shown(table + indexes)} MB.`,
  ];
}
