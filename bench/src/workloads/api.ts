import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { fill } from '../peers/product-load.ts';
import { COMMON, say, withArena, type Arena } from '../support/arena.ts';
import { list, numberList, readFlags } from '../support/flags.ts';
import { load, type Asked, type LoadResult } from '../support/load.ts';
import { KEY, webhook } from '../support/product.ts';
import { conclude } from '../support/results.ts';
import { rotated } from '../support/stats.ts';
import { apiFinding, OPERATIONS, type Measured, type Operation } from './api-finding.ts';

/** A server under load: where it is, and what it is asked. */
interface Side {
  readonly name: string;
  readonly origin: string;
  readonly headers: Record<string, string>;
  readonly ask: Readonly<Record<Operation, (i: number) => Asked>>;
}

const SCHEDULE = webhook('report', 'http://127.0.0.1:9/report', {
  schedule_type: 'CRON',
  schedule_expression: '0 9 * * MON-FRI',
  timezone: 'America/New_York',
  external_id: 'report-42',
  customer_id: '160c0c4b-9966-4dc1-a916-8407eb10d74e',
});

/** Create, get, list and update over HTTP, beside a route that does nothing but its one statement. */
export async function api(args: readonly string[]): Promise<void> {
  const flags = readFlags(args, {
    ...COMMON,
    operations: OPERATIONS.join(),
    connections: '1,50',
    seconds: 5,
    rounds: 2,
    stored: 1_000_000,
  });
  const connections = numberList('connections', flags.connections);
  const operations = OPERATIONS.filter((operation) => list(flags.operations).includes(operation));
  if (operations.length !== list(flags.operations).length) {
    throw new Error(`--operations is ${JSON.stringify(flags.operations)}; it takes some of ${OPERATIONS.join()}`);
  }
  await withArena(flags, async (arena) => {
    const sides = [await productSide(arena, flags.stored), await bareSide(arena, flags.stored)];
    const measured: Measured[] = [];
    for (let round = 0; round < flags.rounds; round += 1) {
      for (const operation of operations) {
        for (const count of connections) {
          for (const side of rotated(sides, round)) {
            say(`round ${round + 1}: ${operation} by ${count}, ${side.name}`);
            const result: LoadResult = await load(
              side.origin,
              { connections: count, seconds: flags.seconds, headers: side.headers },
              side.ask[operation],
            );
            if (result.failed > 0) throw new Error(`${side.name}: ${result.failed} of ${operation} failed`);
            measured.push({ round, operation, connections: count, name: side.name, ...result });
          }
        }
      }
    }
    const settings = {
      connections,
      seconds: flags.seconds,
      rounds: flags.rounds,
      stored: flags.stored,
      env: flags.env,
    };
    await conclude(apiFinding(measured, connections, settings), arena.cluster.version, flags);
  });
}

async function productSide(arena: Arena, stored: number): Promise<Side> {
  const { product, database } = await arena.product();
  say(`storing ${stored} schedules`);
  await fill(product, database, stored, arena.receiver.url);
  await product.create(Array.from({ length: 1_000 }, () => SCHEDULE));
  await database.settle();
  const rows = await database.query<{ id: string }>('SELECT id FROM schedules ORDER BY id DESC LIMIT 1000');
  return {
    name: 'HydraCore',
    origin: product.first.url,
    headers: { 'x-api-key': KEY },
    ask: asks(
      '/v1/schedules',
      rows.map((row) => row.id),
      '/v1/schedules?limit=50',
    ),
  };
}

async function bareSide(arena: Arena, stored: number): Promise<Side> {
  const database = await arena.cluster.create('bare');
  const child = fork(fileURLToPath(new URL('bare-process.ts', import.meta.url)), [database.url]);
  arena.defer(() => child.disconnect());
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  await database.query(
    `INSERT INTO bare SELECT gen_random_uuid(), 'stored ' || i, $1::jsonb FROM generate_series(1, $2::int) i`,
    [JSON.stringify(SCHEDULE), Math.max(1_000, stored)],
  );
  await database.settle();
  const rows = await database.query<{ id: string }>('SELECT id FROM bare LIMIT 1000');
  const ids = rows.map((row) => row.id);
  return {
    name: 'bare Hono route',
    origin: `http://127.0.0.1:${port}`,
    headers: {},
    ask: asks('/items', ids, '/items'),
  };
}

function asks(path: string, ids: readonly string[], page: string): Side['ask'] {
  const one = (i: number) => `${path}/${ids[(i * 7) % ids.length]}`;
  return {
    create: () => ({ method: 'POST', path, body: SCHEDULE }),
    get: (i) => ({ method: 'GET', path: one(i) }),
    list: () => ({ method: 'GET', path: page }),
    update: (i) => ({ method: 'PUT', path: one(i), body: { name: `report ${i}` } }),
  };
}
