import { readConfig } from './config.ts';
import { createLog } from './log.ts';
import { masterKeys } from './master-keys.ts';
import { ServerNode } from './node.ts';
import { Vault } from './store/vault/vault.ts';
import type { FromWorker, ToWorker } from './workers.ts';

/*
 * A process beside the server's first that plans and delivers: see `Workers`. It serves no requests; the first tells it where the
 * database is, when to stop, and asks for its metrics.
 */

/** When the server that started it is gone, there is nobody left who waits for an orderly end. */
const ORPHANED_GRACE_MS = 1_000;
const RETRY_MS = 1_000;

const config = readConfig();
const log = createLog(config.logLevel);
let node: ServerNode | undefined;
const stopping = new AbortController();

async function start(url: string): Promise<void> {
  node = await ServerNode.create({ config, log, url, vault: new Vault(await masterKeys(config)), first: false });
  while (!stopping.signal.aborted) {
    try {
      await node.clock.sync();
      await node.start();
      log.info({ pid: process.pid }, 'a worker is ready');
      return;
    } catch (error) {
      log.warn({ error }, 'the database does not answer, or its clock is not to be believed; trying again');
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

async function stop(graceMs: number): Promise<void> {
  if (stopping.signal.aborted) return;
  stopping.abort();
  await node?.stop(graceMs);
  await node?.close();
  process.exit(0);
}

function receive(message: ToWorker): void {
  if (message.kind === 'start') start(message.url).catch(die);
  else if (message.kind === 'stop') stop(message.graceMs).catch(die);
  else {
    const { id } = message;
    node?.metrics.json().then((metrics) => process.send?.({ id, metrics } satisfies FromWorker), die);
  }
}

function die(error: unknown): never {
  log.fatal({ error }, 'a worker failed');
  process.exit(1);
}

// Ctrl-C reaches every process of the terminal: the first says when it is time to stop.
process.on('SIGINT', () => undefined).on('SIGTERM', () => undefined);
process.on('message', receive);
process.once('disconnect', () => void stop(ORPHANED_GRACE_MS).catch(die));
