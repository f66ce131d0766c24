import type { Peer } from './peer.ts';
import type { Call } from './peer-client.ts';

/** A peer in a process of its own: `node peer-process.ts <name> <database>`, then calls by messages. */

const PEERS: Readonly<Record<string, (database: string) => Peer | Promise<Peer>>> = {
  limit: async (database) => (await import('./limit.ts')).limit(database),
  'journal-limit': async (database) => (await import('./ledger-limit.ts')).journalLimit(database),
  'ledger-limit': async (database) => (await import('./ledger-limit.ts')).ledgerLimit(database),
  'pg-boss': async (database) => await (await import('./pg-boss.ts')).pgBoss(database),
  'graphile-worker': async (database) => (await import('./graphile-worker.ts')).graphileWorker(database),
  bullmq: async (database) => (await import('./bullmq.ts')).bullmq(database),
};

const [name = '', database = ''] = process.argv.slice(2);
const peer = await PEERS[name]?.(database);
if (!peer) throw new Error(`there is no peer ${JSON.stringify(name)}`);

async function answer(call: Call): Promise<unknown> {
  if (call.method === 'burst') return await peer?.burst(call.load);
  if (call.method === 'recurring') return await peer?.recurring?.(call.load);
  if (call.method === 'written') return await peer?.written();
  return await peer?.stop();
}

process.on('message', (call: Call) => {
  void answer(call).then(
    (result) => process.send?.({ result: result ?? null }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
  );
});
// Where nobody waits for an answer any more, it is lost.
process.on('error', () => undefined);
process.once('disconnect', () => process.exit(0));
process.send?.({ result: 'ready' });
