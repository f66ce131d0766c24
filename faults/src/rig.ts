import { readFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '../../server/src/store/db.ts';
import { hashesOf } from '../../server/src/store/api-key.ts';
import { ensureApiKey } from '../../server/src/store/api-keys.ts';
import { ensureTenant } from '../../server/src/store/tenants.ts';
import { parseMasterKey } from '../../server/src/store/vault/master-key.ts';
import { Vault } from '../../server/src/store/vault/vault.ts';
import { inParallel } from '../../server/test/process/waiting.ts';
import { callApi } from './api.ts';
import { POLICIES, type Abilities } from './catalog.ts';
import { Controller } from './controller.ts';
import type { AnswerFact, Evidence, OverdueFact } from './evidence.ts';
import { Fleet } from './fleet.ts';
import { countOpen, readHistory, readOverdue, readRuns, readSchedules } from './ledger.ts';
import { crashPoint, planFaults } from './plan.ts';
import { Postgres } from './postgres.ts';
import { Random } from './random.ts';
import { Receiver } from './receiver.ts';
import { Steering, type Tenant } from './steering.ts';
import { Watch } from './watch.ts';

const SERVERS = 3;
const TENANTS = 4;
const SCHEDULES = 200;
const LEASE_MS = 30_000;
/** At most two leases: then everything must be as if nothing had happened. */
const HEAL_MS = 2 * LEASE_MS;
/** At least this long after the faults, with everything up. */
const CALM_MS = 12_000;
/** What is due may be under way for so long. */
const GRACE_MS = 5_000;
const ENDLESS_BODIES = 40;
/** How far the clocks of two of the servers are off. */
const SKEW_MS = 90_000;

export interface RigOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly say: (text: string) => void;
}

/** What a run of the rig found besides the evidence. */
export interface RigResult {
  readonly evidence: Evidence;
  readonly abilities: Abilities;
  /** Servers that ended by themselves. */
  readonly deaths: readonly string[];
  /** What the servers logged as errors, and how often. */
  readonly errors: ReadonlyMap<string, number>;
}

/** Starts everything, breaks it for so many seconds, heals it, and gathers what is to be checked. */
export async function runRig({ seed, seconds, say }: RigOptions): Promise<RigResult> {
  const random = new Random(seed);
  const postgres = await Postgres.start();
  const key = newKey();
  const masterKey = randomBytes(32).toString('hex');
  const fleet = new Fleet(key, masterKey);
  const receiver = new Receiver();
  const looking = new AbortController();
  let watching: Promise<void> = Promise.resolve();
  try {
    await fleet.open(SERVERS, () => postgres.socket);
    // The first alone: it migrates. What may kill itself comes once all is made.
    await fleet.start(0);
    const tenants = await makeTenants(postgres, masterKey);
    await postgres.query(await readFile(new URL('recorder.sql', import.meta.url), 'utf8'));
    await Promise.all(
      [1, 2].map((index) =>
        fleet.start(index, {
          crashPoint: crashPoint(random, random.int(0, 3)),
          clockSkewMs: index === 1 ? SKEW_MS : -SKEW_MS,
        }),
      ),
    );
    await receiver.open(
      seed,
      tenants.map((tenant) => tenant.id),
      fleet.urls,
    );
    const abilities = await askAbilities(fleet.urls[0] ?? '', tenants[0] as Tenant);
    say(`policies ${abilities.policies.join(', ')}; completion ASYNC ${abilities.async ? 'yes' : 'not yet'}`);

    const pickServer = random.fork('servers');
    const steering = new Steering({
      random: random.fork('steering'),
      tenants,
      abilities,
      receiverUrl: (tenant, manner) => receiver.url(tenant, manner),
      server: () => {
        const { live } = fleet;
        return live.length === 0 ? undefined : fleet.urls[pickServer.pick(live)];
      },
    });
    const watch = new Watch(fleet, postgres);
    watching = watch.run(looking.signal);
    await steering.createAll(SCHEDULES);
    say(`${SCHEDULES} schedules of ${TENANTS} tenants on ${SERVERS} servers`);

    const startedAt = Date.now();
    const controller = new Controller(fleet, postgres, (text) => say(`${elapsed(startedAt)} ${text}`));
    const steeringStop = new AbortController();
    const steered = steering.run(steeringStop.signal);
    await controller.run(planFaults(random.fork('faults'), seconds), startedAt);
    await sleep(Math.max(0, startedAt + seconds * 1_000 - Date.now()));
    steeringStop.abort();
    await steered;
    await fleet.settled();
    // What could still kill itself makes place for one that can't.
    await Promise.all(fleet.armed.map((index) => fleet.restart(index)));
    const healedAt = Date.now();
    say(`${elapsed(startedAt)} healed: nothing is broken any more`);

    receiver.calm();
    const endless = await calmDown(postgres, watch, steering, healedAt);
    const overdue = await readOverdue(postgres, GRACE_MS);
    await pauseEverything(postgres, steering, overdue);
    say(`${elapsed(startedAt)} everything is paused and at rest`);
    const schedules = await readSchedules(postgres);
    const answers = await askAll(
      fleet.urls,
      tenants,
      schedules.filter((schedule) => schedule.deletedAt === null),
    );
    await receiver.flush();
    const evidence: Evidence = {
      seed,
      startedAt,
      healedAt,
      endedAt: Date.now(),
      tenants: tenants.map(({ id, marker }) => ({ id, marker })),
      schedules,
      history: await readHistory(postgres),
      runs: await readRuns(postgres),
      deliveries: receiver.deliveries,
      calls: steering.calls,
      faults: controller.faults,
      answers,
      overdue,
      seenFinal: watch.seenFinal,
      leaks: steering.leaks,
      endlessBodies: endless,
    };
    looking.abort();
    await watching;
    await fleet.stop();
    return { evidence, abilities, deaths: fleet.deaths, errors: fleet.errors };
  } finally {
    looking.abort();
    await watching.catch(() => undefined);
    await fleet.stop();
    receiver.stop();
    await postgres.stop();
  }
}

/** Waits until what the faults left open is over, at most two leases, and tries the memory with endless bodies meanwhile. */
async function calmDown(postgres: Postgres, watch: Watch, steering: Steering, healedAt: number) {
  await sleep(CALM_MS / 2);
  let requests = 0;
  const grownMb = await watch.memoryGrowth(async () => {
    requests = await steering.triggerEndless(ENDLESS_BODIES);
    await sleep(CALM_MS / 2);
  });
  while (Date.now() < healedAt + HEAL_MS && (await countOpen(postgres, healedAt)) > 0) await sleep(500);
  return { requests, grownMb };
}

/** Pauses every schedule and waits until no run is open; what still is after two leases is overdue. */
async function pauseEverything(postgres: Postgres, steering: Steering, overdue: OverdueFact[]): Promise<void> {
  const schedules = await readSchedules(postgres);
  const asked = Date.now();
  const silent = await steering.pauseAll(
    schedules.filter((schedule) => schedule.deletedAt === null),
    asked + HEAL_MS,
  );
  for (const [id, calls] of silent) {
    overdue.push({ what: `${calls} calls without an answer of server`, id, dueAt: asked, seenAt: Date.now() });
  }
  const end = Date.now() + HEAL_MS;
  while ((await countOpen(postgres)) > 0) {
    if (Date.now() > end) {
      const open = await postgres.query<{ id: string; status: string }>(
        'SELECT id, status FROM runs WHERE wake_at IS NOT NULL',
      );
      const seenAt = Date.now();
      overdue.push(
        ...open.map(({ id, status }) => ({ what: `run still ${status}`, id, dueAt: end - HEAL_MS, seenAt })),
      );
      return;
    }
    await sleep(250);
  }
}

async function makeTenants(postgres: Postgres, masterKey: string): Promise<Tenant[]> {
  const current = parseMasterKey(masterKey);
  if (!current) throw new Error('the master key is none');
  const vault = new Vault({ current, previous: null });
  const db = new Database({ url: postgres.url, poolSize: 1, onError: () => undefined });
  try {
    const tenants: Tenant[] = [];
    for (let i = 0; i < TENANTS; i += 1) {
      const key = newKey();
      const secrets = { webhook: [`whsec_${randomBytes(24).toString('base64')}`], replace: false };
      const now = Date.now();
      const id = await db.transaction(async (tx) => {
        const tenant = await ensureTenant(tx, vault, `tenant ${i}`, secrets, now);
        await ensureApiKey(tx, { tenant_id: tenant.id, name: 'rig', scopes: ['*'] }, hashesOf(key, null), now);
        return tenant.id;
      });
      tenants.push({ id, key, marker: `m${i}-${randomBytes(6).toString('hex')}` });
    }
    return tenants;
  } finally {
    await db.close();
  }
}

/** Asks the server what it can do, by previews: nothing is stored. */
async function askAbilities(base: string, tenant: Tenant): Promise<Abilities> {
  const accepts = async (fields: Record<string, unknown>, config: Record<string, unknown> = {}) => {
    const answer = await callApi(base, tenant.key, 'POST', '/v1/schedules/preview?count=1', {
      name: 'a question',
      schedule_type: 'RATE',
      schedule_expression: '1h',
      action_type: 'WEBHOOK',
      action_config: { url: 'http://127.0.0.1:9/', ...config },
      ...fields,
    });
    return answer?.status === 200;
  };
  const policies: string[] = [];
  for (const policy of POLICIES) if (await accepts({ overlap_policy: policy })) policies.push(policy);
  if (policies.length === 0) throw new Error('the server takes none of the overlap policies');
  return { policies, async: await accepts({}, { completion: 'ASYNC' }) };
}

async function askAll(
  servers: readonly string[],
  tenants: readonly Tenant[],
  schedules: readonly { readonly id: string; readonly tenant: string }[],
): Promise<AnswerFact[]> {
  return await inParallel(schedules, 12, async (schedule, i) => {
    const key = tenants.find((tenant) => tenant.id === schedule.tenant)?.key ?? '';
    const base = servers[i % servers.length] ?? '';
    const one = await callApi(base, key, 'GET', `/v1/schedules/${schedule.id}`);
    const runs = await callApi(base, key, 'GET', `/v1/schedules/${schedule.id}/runs?limit=1`);
    const next = one?.body['next_run_at'];
    return {
      schedule: schedule.id,
      status: String(one?.body['status']),
      nextRunAt: typeof next === 'string' ? Date.parse(next) : null,
      runCount: Number(one?.body['run_count']),
      consecutiveFailures: Number(one?.body['consecutive_failures']),
      lastRunStatus: (one?.body['last_run_status'] ?? null) as string | null,
      version: Number(one?.body['version']),
      totalRuns: Number(runs?.body['total']),
    };
  });
}

function newKey(): string {
  return `hc_live_${randomBytes(24).toString('hex')}`;
}

function elapsed(since: number): string {
  return `${((Date.now() - since) / 1_000).toFixed(1).padStart(5)} s`;
}
