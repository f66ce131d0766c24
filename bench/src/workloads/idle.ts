import { setTimeout as sleep } from 'node:timers/promises';
import { fill } from '../peers/product-load.ts';
import { COMMON, say, used, withArena } from '../support/arena.ts';
import { readFlags } from '../support/flags.ts';
import { residentMb, treeMb } from '../support/proc.ts';
import { conclude } from '../support/results.ts';
import { sizeOf } from '../support/sizes.ts';
import { round } from '../support/stats.ts';
import { shown } from '../support/table.ts';

/** Many schedules, none of them due: what the server and PostgreSQL use all the same. */
export async function idle(args: readonly string[]): Promise<void> {
  const flags = readFlags(args, { ...COMMON, schedules: 1_000_000, seconds: 60, 'warm-up': 30 });
  await withArena(flags, async (arena) => {
    const { product, database } = await arena.product();
    say(`storing ${flags.schedules} schedules`);
    await fill(product, database, flags.schedules, arena.receiver.url);
    await database.settle();
    await arena.cluster.checkpoint();
    await sleep(flags['warm-up'] * 1_000);
    const before = await arena.cpu(product.pids);
    const began = performance.now();
    await sleep(flags.seconds * 1_000);
    const cpu = used(before, await arena.cpu(product.pids));
    const percent = (ms: number) => round((100 * ms) / (performance.now() - began), 2);
    const [serverMb, postgresMb] = [await residentMb(product.first.pid), await treeMb(arena.cluster.pid)];
    const size = await sizeOf(database, 'schedules');
    const tableMb = size.tableMb + size.indexMb;
    const raw = { server: percent(cpu.server), postgres: percent(cpu.database), serverMb, postgresMb, size };
    await conclude(
      {
        workload: 'idle',
        title: `Idle: ${shown(flags.schedules)} schedules, none due`,
        method: `One made through the API and multiplied in the database, row for row. CPU over ${flags.seconds} s. Memory of PostgreSQL: its processes together, what they share counted once; 1 GB of it may be shared buffers.`,
        notes: [],
        targets: [
          { what: 'CPU of the server', wanted: '< 1 % of a core', found: `${raw.server} %`, held: raw.server < 1 },
          { what: 'memory of the server', wanted: '< 250 MB', found: `${shown(serverMb)} MB`, held: serverMb < 250 },
          {
            what: 'memory of PostgreSQL beside the table and its indexes',
            wanted: '< 1.5 ×',
            found: `${(postgresMb / tableMb).toFixed(2)} × (${shown(postgresMb)} of ${shown(tableMb)} MB)`,
            held: postgresMb < 1.5 * tableMb,
          },
        ],
        tables: [
          {
            title: 'At rest',
            head: ['what', 'CPU, % of a core', 'memory, MB'],
            rows: [
              ['server', raw.server, serverMb],
              ['PostgreSQL', raw.postgres, postgresMb],
            ],
          },
          {
            title: 'On the disk',
            head: ['what', 'MB', 'bytes a schedule'],
            rows: [
              ['table schedules', size.tableMb, (size.tableMb * 2 ** 20) / flags.schedules],
              ['its indexes', size.indexMb, (size.indexMb * 2 ** 20) / flags.schedules],
            ],
          },
        ],
        charts: [],
        settings: { schedules: flags.schedules, seconds: flags.seconds, env: flags.env },
        raw,
      },
      arena.cluster.version,
      flags,
    );
  });
}
