import { PgBoss, type JobResult, type JobWithMetadata } from 'pg-boss';
import { deliver } from './deliver.ts';
import { nominal, type Peer } from './peer.ts';

const QUEUE = 'bench';
const PER_INSERT = 5_000;
const AT_ONCE = 50;

interface Data {
  readonly job: number;
}

/** pg-boss, with the settings that were found best for a burst: batches of 500, two workers, one result for each job. */
export async function pgBoss(database: string): Promise<Peer> {
  const boss = new PgBoss({
    connectionString: database,
    max: 10,
    cronMonitorIntervalSeconds: 1,
    cronWorkerIntervalSeconds: 1,
  });
  boss.on('error', (error) => process.stderr.write(`pg-boss: ${error.message}\n`));
  await boss.start();
  await boss.createQueue(QUEUE);

  /** Jobs of schedules say for which instant they are, as well as the peer lets us know it. */
  const work = async (url: string, scheduled: boolean) => {
    await boss.work(
      QUEUE,
      {
        batchSize: 500,
        localConcurrency: 2,
        burstWhenBatchFull: true,
        pollingIntervalSeconds: 0.5,
        perJobResults: true,
        includeMetadata: true,
      } as const,
      async (jobs: JobWithMetadata[]) =>
        await Promise.all(
          jobs.map(async ({ id, data, createdOn }): Promise<JobResult> => {
            const { job } = data as Data;
            await deliver(url, job, scheduled ? nominal(job, createdOn.getTime()) : undefined);
            return { id, status: 'completed' };
          }),
        ),
    );
  };

  let working = false;
  return {
    async burst({ jobs, at, url }) {
      for (let from = 0; from < jobs; from += PER_INSERT) {
        const length = Math.min(PER_INSERT, jobs - from);
        const inserted = Array.from({ length }, (_, i) => ({ data: { job: from + i }, startAfter: new Date(at) }));
        await boss.insert(QUEUE, inserted);
      }
      if (!working) await work(url, false);
      working = true;
    },
    async recurring({ schedules, url }) {
      for (let from = 0; from < schedules; from += AT_ONCE) {
        const length = Math.min(AT_ONCE, schedules - from);
        await Promise.all(
          Array.from({ length }, async (_, i) => {
            const job = from + i;
            await boss.schedule(QUEUE, `${job % 60} * * * * *`, { job }, { key: String(job) });
          }),
        );
      }
      await work(url, true);
    },
    async written() {
      const { rows } = await boss.getDb().executeSql(`SELECT count(*) AS n FROM pgboss.job WHERE state = 'completed'`);
      return Number((rows[0] as { n: string }).n);
    },
    stop: () => boss.stop({ graceful: false }),
  };
}
