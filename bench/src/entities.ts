import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { ServerProcess, temporaryFolder } from '../../server/test/process/server.ts';

/** What one request holds: the most that it may. */
const PER_REQUEST = 10_000;
const DAY = 86_400_000;

const FIELDS = [
  { name: 'status', type: 'STRING', required: true },
  { name: 'plan', type: 'STRING' },
  { name: 'email', type: 'STRING' },
  { name: 'amount', type: 'NUMBER' },
  { name: 'active', type: 'BOOLEAN' },
  { name: 'due_on', type: 'DATE' },
  { name: 'last_seen_at', type: 'DATETIME' },
  { name: 'address', type: 'JSON' },
];

/** How many records a second are written by bulk upserts over HTTP, on a server and database of its own. */
export async function entities(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { records: { type: 'string', default: '100000' }, parallel: { type: 'string', default: '1' } },
  });
  const records = Number(values.records);
  const parallel = Number(values.parallel);
  if (!Number.isInteger(records) || records < 1) throw new Error('--records takes a whole number of at least 1');
  if (!Number.isInteger(parallel) || parallel < 1) throw new Error('--parallel takes a whole number of at least 1');
  const folder = await temporaryFolder();
  const server = new ServerProcess({ cwd: folder, env: { HYDRACORE_LOG_LEVEL: 'warn' } });
  try {
    await server.ready();
    await measure(server, records, parallel);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(server: ServerProcess, records: number, parallel: number): Promise<void> {
  const { body } = await server.call('POST', '/v1/entity-definitions', {
    slug: 'bench',
    name: 'Bench',
    fields: FIELDS,
  });
  const path = `/v1/entity-definitions/${body.id}/records`;
  const rates: Record<string, number | string> = {};
  for (const [what, round] of [
    ['new, records/s', 0],
    ['changed, records/s', 1],
    ['unchanged, records/s', 1],
  ] as const) {
    const starts = Array.from({ length: Math.ceil(records / PER_REQUEST) }, (_, i) => i * PER_REQUEST);
    const began = performance.now();
    await Promise.all(
      Array.from({ length: parallel }, async () => {
        for (let from = starts.shift(); from !== undefined; from = starts.shift()) {
          const length = Math.min(PER_REQUEST, records - from);
          const first = from;
          const sent = Array.from({ length }, (_, i) => recordOf(first + i, round));
          const answer = await server.call('POST', `${path}/bulk`, { records: sent });
          if (answer.status !== 200 || answer.body.failed > 0) throw new Error(JSON.stringify(answer).slice(0, 500));
        }
      }),
    );
    rates[what] = Math.round((1_000 * records) / (performance.now() - began));
  }
  for (const [what, filter] of [
    ['list by a filter that one meets, ms', { email: 'person-77@example.com' }],
    ['list by a filter that half meet, ms', { amount: { $gte: 500 } }],
  ] as const) {
    const began = performance.now();
    await server.call('GET', `${path}?filter=${encodeURIComponent(JSON.stringify(filter))}`);
    rates[what] = Math.round(performance.now() - began);
  }
  console.table({ ...rates, records, parallel, machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}` });
}

function recordOf(n: number, round: number): Record<string, unknown> {
  const day = new Date(Date.UTC(2027, 0, 1) + ((n + round) % 3_650) * DAY).toISOString();
  return {
    external_id: `customer-${n}`,
    data: {
      status: n % 3 === 0 ? 'active' : 'trial',
      plan: `plan-${n % 20}`,
      email: `person-${n}@example.com`,
      amount: (n * 7 + round) % 1_000,
      active: n % 2 === 0,
      due_on: day.slice(0, 10),
      last_seen_at: day,
      address: { city: `City ${n % 500}`, zip: `${10_000 + (n % 89_999)}`, lines: ['Main Street', `${n % 200}`] },
    },
  };
}
