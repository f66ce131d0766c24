import { timestamp, type Queryable } from './db.ts';

/** The channel on which nodes tell each other that one has come or goes. */
export const NODES_CHANNEL = 'hydracore_nodes';

/** Says that a node is there. Those that have not said so since `since` are forgotten. Returns all that are there, in their order. */
export async function announceNode(db: Queryable, id: string, now: number, since: number): Promise<string[]> {
  await db.query(
    `WITH gone AS (DELETE FROM nodes WHERE seen_at <= $3 AND id <> $1),
     came AS (INSERT INTO nodes AS n (id, seen_at) VALUES ($1, $2)
       ON CONFLICT (id) DO UPDATE SET seen_at = greatest(n.seen_at, EXCLUDED.seen_at) RETURNING n.xmax = 0 AS first)
     SELECT pg_notify('${NODES_CHANNEL}', $1) FROM came WHERE first`,
    [id, timestamp(now), timestamp(since)],
    'announce_node',
  );
  const rows = await db.query<{ id: string }>('SELECT id FROM nodes ORDER BY id', [], 'nodes');
  return rows.map((row) => row.id);
}

/** Says that a node goes: the others take over what it planned. */
export async function forgetNode(db: Queryable, id: string): Promise<void> {
  await db.query(
    `WITH gone AS (DELETE FROM nodes WHERE id = $1 RETURNING id) SELECT pg_notify('${NODES_CHANNEL}', id) FROM gone`,
    [id],
    'forget_node',
  );
}
