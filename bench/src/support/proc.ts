import { readdir, readFile } from 'node:fs/promises';
import { sum } from './stats.ts';

/** Linux counts a process's time in ticks of a hundredth of a second. */
const TICK_MS = 10;

/** What /proc tells of a process: its parent, its own time, and that of its children that ended and were waited for, in ms. */
export interface Stat {
  readonly parent: number;
  readonly cpu: number;
  readonly ended: number;
}

/** Reads a line of /proc/<pid>/stat. */
export function parseStat(text: string): Stat {
  // After the name, which is in parentheses and may hold spaces: state is field 3, ppid 4, utime 14, stime 15, cutime 16, cstime 17.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .trim()
    .split(' ');
  const ticks = (from: number) => (Number(fields[from]) + Number(fields[from + 1])) * TICK_MS;
  return { parent: Number(fields[1]), cpu: ticks(11), ended: ticks(13) };
}

/** A process, or null: it is gone, or there is no /proc here. */
async function statOf(pid: number | string): Promise<Stat | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return text === null ? null : parseStat(text);
}

/** The children of a process that live, and what each has used. */
async function childrenOf(pid: number): Promise<{ pid: number; stat: Stat }[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(pids.map(async (id) => ({ pid: Number(id), stat: await statOf(id) })));
  return all.flatMap(({ pid: id, stat }) => (stat?.parent === pid ? [{ pid: id, stat }] : []));
}

/** User and system time of a process alone, in ms; null where there is no /proc. */
export async function ownCpuOf(pid: number): Promise<number | null> {
  return (await statOf(pid))?.cpu ?? null;
}

/** User and system time of a process and of its children, those that ended too, in ms; null where there is no /proc. */
export async function cpuOf(pid: number): Promise<number | null> {
  const own = await statOf(pid);
  if (own === null) return null;
  const children = await childrenOf(pid);
  return own.cpu + own.ended + sum(children.map(({ stat }) => stat.cpu));
}

/** The time of several processes with their children; NaN where one of them can't be read. */
export async function cpuOfAll(pids: readonly number[]): Promise<number> {
  return sum(await Promise.all(pids.map(async (pid) => (await cpuOf(pid)) ?? NaN)));
}

/** Those of clients, together with all that ended: nearly only connections do. */
const BACKENDS = 'client backends';

/** The time of PostgreSQL's processes by what they are for, in ms: `client backend`, `walwriter`, `autovacuum` and so on. */
export async function postgresCpuByKind(postmaster: number): Promise<Map<string, number>> {
  const kinds = new Map<string, number>();
  const add = (kind: string, ms: number) => kinds.set(kind, (kinds.get(kind) ?? 0) + ms);
  const own = await statOf(postmaster);
  add('postmaster', own?.cpu ?? 0);
  // What a connection has used does not vanish as it ends, nor appear anew as something else.
  add(BACKENDS, own?.ended ?? 0);
  for (const { pid, stat } of await childrenOf(postmaster)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    add(postgresKind(command), stat.cpu);
  }
  return kinds;
}

/** What a process of PostgreSQL is for, by its title: `postgres: hydracore bench_1 [local] idle` serves a client. */
export function postgresKind(title: string): string {
  const text = title.replaceAll('\0', ' ').replace(/^postgres:\s*/, '');
  if (/\[local\]|\d+\(\d+\)/.test(text)) return BACKENDS;
  return /^(io worker|autovacuum|[a-z]+(?: [a-z]+)*)/.exec(text.trim())?.[1]?.trim() ?? 'other';
}

/** Resident memory of a process in MB. */
export async function residentMb(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+)/m.exec(text)?.[1] ?? NaN) / 1024;
}

/** Memory of a process and its children in MB, what they share counted once. */
export async function treeMb(pid: number): Promise<number> {
  const pids = [pid, ...(await childrenOf(pid)).map((child) => child.pid)];
  const kb = await Promise.all(
    pids.map(async (id) => {
      const text = await readFile(`/proc/${id}/smaps_rollup`, 'utf8').catch(() => '');
      return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0);
    }),
  );
  return sum(kb) / 1024;
}
