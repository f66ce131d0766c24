import { Agent, request } from 'undici';

/** So many connections to the receiver, as the product has by default. */
const agent = new Agent({ connections: 100, pipelining: 1, keepAliveTimeout: 60_000 });

/** One POST about a job, as a worker of a queue would make it; throws unless it is answered 200. */
export async function deliver(url: string, job: number, scheduledFor?: number): Promise<void> {
  const due = scheduledFor === undefined ? {} : { 'x-hydracore-scheduled-for': new Date(scheduledFor).toISOString() };
  const { statusCode, body } = await request(`${url}${job}`, {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json', ...due },
    body: JSON.stringify({ type: 'job.due', job, scheduled_for: scheduledFor ?? null }),
  });
  await body.dump();
  if (statusCode !== 200) throw new Error(`the receiver answered ${statusCode}`);
}
