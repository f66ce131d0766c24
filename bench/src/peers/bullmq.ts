import { Queue, Worker } from 'bullmq';
import { deliver } from './deliver.ts';
import type { Peer } from './peer.ts';

const QUEUE = 'bench';
const PER_INSERT = 1_000;
const AT_ONCE = 50;

interface Data {
  readonly job: number;
}

/** BullMQ on a Redis that writes to its log each second; 100 jobs at once, of 50 to 200 the best. */
export function bullmq(socket: string): Peer {
  const connection = { path: socket, maxRetriesPerRequest: null };
  const queue = new Queue<Data>(QUEUE, { connection });
  let worker: Worker<Data> | undefined;

  const work = (url: string, scheduled: boolean) => {
    worker = new Worker<Data>(
      QUEUE,
      async (job) => {
        // A scheduler's job has its instant in its id, `repeat:<scheduler>:<milliseconds>`.
        const due = scheduled ? Number(job.id?.split(':').at(-1)) : undefined;
        await deliver(url, job.data.job, due);
      },
      { connection, concurrency: 100 },
    );
    worker.on('error', (error) => process.stderr.write(`BullMQ: ${error.message}\n`));
  };

  return {
    async burst({ jobs, at, url }) {
      for (let from = 0; from < jobs; from += PER_INSERT) {
        const length = Math.min(PER_INSERT, jobs - from);
        const delay = at - Date.now();
        await queue.addBulk(
          Array.from({ length }, (_, i) => ({ name: 'post', data: { job: from + i }, opts: { delay } })),
        );
      }
      if (!worker) work(url, false);
    },
    async recurring({ schedules, url }) {
      for (let from = 0; from < schedules; from += AT_ONCE) {
        const length = Math.min(AT_ONCE, schedules - from);
        await Promise.all(
          Array.from({ length }, (_, i) => {
            const job = from + i;
            return queue.upsertJobScheduler(
              `s${job}`,
              { pattern: `${job % 60} * * * * *` },
              { name: 'post', data: { job } },
            );
          }),
        );
      }
      work(url, true);
    },
    written: () => queue.getCompletedCount(),
    async stop() {
      await worker?.close(true);
      await queue.close();
    },
  };
}
