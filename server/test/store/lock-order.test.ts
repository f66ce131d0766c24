import { afterEach, expect, it } from 'vitest';
import { renewLeases } from '../../src/store/leases.ts';
import { finishRuns, type AttemptResult, type Finished } from '../../src/store/outcomes.ts';
import { SUCCEEDED } from '../support/results.ts';
import { Node, World } from '../support/world.ts';

let world: World;
let end = (): void => undefined;
afterEach(async () => {
  end();
  await world.close();
});

interface Leased {
  readonly tenant_id: string;
  readonly id: string;
  readonly schedule_id: string;
  readonly lease_token: string;
}

async function lockWaits(): Promise<number> {
  const rows = await world.db.query(
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  );
  return rows.length;
}

it('leases are renewed while outcomes of the same runs are written, whatever the order of either: no deadlock', async () => {
  world = await World.open('2027-03-01T09:00:30Z');
  for (const name of ['a', 'b', 'c']) await world.create({ name });
  const under = new Promise<void>((resolve) => (end = resolve));
  world.script = async () => {
    await under;
    return { kind: 'delivered', request: null, response: null };
  };
  const node = new Node(world, 'one', 10);
  world.clock.set(Date.parse('2027-03-01T09:01:00Z'));
  await node.plan();
  const runs = await world.db.query<Leased>('SELECT tenant_id, id, schedule_id, lease_token FROM runs ORDER BY id');
  const [first, middle, last] = runs as [Leased, Leased, Leased];
  const now = world.clock.now();
  const db = world.engineDb.plannedOnce();

  let both: Promise<unknown> | undefined;
  await world.db.transaction(async (tx) => {
    // Each would have one of the others and wait for this one, and then for what the other has.
    await tx.query('SELECT 1 FROM runs WHERE tenant_id = $1 AND id = $2 FOR UPDATE', [middle.tenant_id, middle.id]);
    const renewed = renewLeases(db, [first, middle, last], now + 30_000);
    const written = finishRuns(
      db,
      [last, middle, first].map((run) => delivered(run, now)),
      now,
      () => undefined,
    );
    both = Promise.all([renewed, written]);
    both.catch(() => undefined);
    while ((await lockWaits()) < 2) await new Promise((resolve) => setImmediate(resolve));
  });
  const [, { written }] = (await both) as [unknown, Finished];
  expect(written).toHaveLength(3);
  end();
  await node.dispatcher.settle();
});

function delivered(run: Leased, now: number): AttemptResult {
  return { ...run, ...SUCCEEDED, started_at: now };
}
