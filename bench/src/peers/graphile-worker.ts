import { Logger, makeWorkerUtils, parseCronItems, run, type ParsedCronItem, type Runner } from 'graphile-worker';
import pg from 'pg';
import { deliver } from './deliver.ts';
import type { Peer } from './peer.ts';

const PER_INSERT = 5_000;

/** What a job is about; of a crontab item also the instant that it is for. */
interface Payload {
  readonly job: number;
  readonly _cron?: { readonly ts: string };
}

/** graphile-worker, with the settings that were found best for a burst: a local queue of 500, results gathered. */
export function graphileWorker(database: string): Peer {
  const pool = new pg.Pool({ connectionString: database, max: 20 });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const logger = new Logger(() => (level, message) => {
    if (level === 'error') process.stderr.write(`graphile-worker: ${message}\n`);
  });
  let runner: Runner | undefined;
  let stored = 0;

  const start = async (url: string, items: ParsedCronItem[]) => {
    runner = await run({
      pgPool: pool,
      noHandleSignals: true,
      logger,
      parsedCronItems: items,
      taskList: {
        post: async (given: unknown) => {
          const payload = given as Payload;
          await deliver(url, payload.job, payload._cron ? Date.parse(payload._cron.ts) : undefined);
        },
      },
      preset: {
        worker: { concurrentJobs: 100, pollInterval: 100, localQueue: { size: 500 }, completeJobBatchDelay: 5 },
      },
    });
  };

  return {
    async burst({ jobs, at, url }) {
      stored += jobs;
      const utils = await makeWorkerUtils({ pgPool: pool, logger });
      await utils.migrate();
      for (let from = 0; from < jobs; from += PER_INSERT) {
        const length = Math.min(PER_INSERT, jobs - from);
        await utils.addJobs(
          Array.from({ length }, (_, i) => ({ identifier: 'post', payload: { job: from + i }, runAt: new Date(at) })),
        );
      }
      await utils.release();
      if (!runner) await start(url, []);
    },
    async recurring({ schedules, url }) {
      // A crontab has minutes: all of them are due at the same instant.
      const items = Array.from({ length: schedules }, (_, i) => ({
        task: 'post',
        match: '* * * * *',
        identifier: `s${i}`,
        payload: { job: i },
      }));
      await start(url, parseCronItems(items));
    },
    async written() {
      const { rows } = await pool.query<{ n: string }>('SELECT count(*) AS n FROM graphile_worker.jobs');
      return stored - Number(rows[0]?.n);
    },
    async stop() {
      await runner?.stop();
      await pool.end();
    },
  };
}
