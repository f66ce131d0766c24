import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { round } from './stats.ts';
import { textTable, type Cell } from './table.ts';

/** What a measurement was set to. */
export type Settings = Readonly<
  Record<string, string | number | readonly (string | number)[] | Readonly<Record<string, string>>>
>;

/** Where results are kept. */
export const RESULTS = join(import.meta.dirname, '../../results');

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A chart: bars for things side by side, lines for what changes over time or with a size. */
export interface Chart {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly kind: 'bars' | 'lines';
  /** Bars: their names. Lines: the values along the x axis. */
  readonly x: readonly (string | number)[];
  /** What the x axis of lines is. */
  readonly xTitle?: string;
  /** Axes of lines that go by powers of ten. */
  readonly log?: { readonly x?: boolean; readonly y?: boolean };
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** Something wanted, and what was found. */
export interface Target {
  readonly what: string;
  readonly wanted: string;
  readonly found: string;
  readonly held: boolean;
}

/** What a workload found: what people read, and what was measured. */
export interface Finding {
  readonly workload: string;
  readonly title: string;
  /** What was done, in sentences. */
  readonly method: string;
  readonly notes: readonly string[];
  readonly targets: readonly Target[];
  readonly tables: readonly Table[];
  readonly charts: readonly Chart[];
  readonly settings: Settings;
  /** Each measurement by itself. */
  readonly raw: unknown;
}

export interface Result extends Finding {
  readonly measured_at: string;
  readonly machine: Machine;
}

/** Where it was measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memory_gb: number;
  readonly node: string;
  /** Empty: none took part. */
  readonly postgres: string;
  readonly commit: string;
  /** Of the last minute, before it began: what else the machine had to do. */
  readonly load: number;
}

const LOAD = round(loadavg()[0] ?? 0, 2);
const BEGAN = new Date().toISOString();
// As it is when a run begins: that is the code that is measured.
const COMMIT = readCommit();

/** When and at which commit something was measured: the run that it belongs to. */
export interface Stamp {
  readonly measured_at: string;
  readonly commit: string;
}

/** Of this run. */
export function stamp(): Stamp {
  return { measured_at: BEGAN, commit: COMMIT };
}

function machine(postgres: string): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory_gb: round(totalmem() / 2 ** 30, 0),
    node: process.version,
    postgres,
    commit: COMMIT,
    load: LOAD,
  };
}

function readCommit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    const written = [':/', ':(top,exclude)bench/results', ':(top,exclude)docs'];
    const dirty = git('status', '--porcelain', '--untracked-files=no', '--', ...written) !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${dirty ? '-dirty' : ''}`;
  } catch {
    return 'unknown';
  }
}

/** Prints what was found and keeps it for the report. */
export async function conclude(
  finding: Finding,
  postgres: string,
  options: { readonly save: boolean; readonly out: string },
): Promise<void> {
  process.stdout.write(`\n${inText({ ...finding, measured_at: BEGAN, machine: machine(postgres) })}\n`);
  await keep(finding, postgres, options);
}

/** Keeps what was found so far for the report. */
export async function keep(
  finding: Finding,
  postgres: string,
  options: { readonly save: boolean; readonly out: string },
): Promise<void> {
  if (!options.save) return;
  const result: Result = { ...finding, measured_at: BEGAN, machine: machine(postgres) };
  const folder = options.out || RESULTS;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${finding.workload}.json`), `${JSON.stringify(result, null, 1)}\n`);
}

function inText(result: Result): string {
  const { machine } = result;
  const tables = result.tables.map(({ title, head, rows }) => `${title}\n\n${textTable(head, rows)}`);
  const targets = result.targets.map(({ what, wanted, found, held }) => [
    what,
    wanted,
    found,
    held ? 'held' : 'MISSED',
  ]);
  return [
    `${result.title}: ${machine.cores} × ${machine.cpu}, Node ${machine.node}, ${machine.postgres && `PostgreSQL ${machine.postgres}, `}load ${machine.load}, ${machine.commit}`,
    ...tables,
    ...(targets.length > 0 ? [textTable(['target', 'wanted', 'found', ''], targets)] : []),
    ...result.notes,
  ].join('\n\n');
}

/** All results that are kept. */
export async function readResults(folder = RESULTS): Promise<Result[]> {
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).toSorted();
  return await Promise.all(files.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Result));
}
