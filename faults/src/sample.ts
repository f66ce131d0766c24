import type { DeliveryFact, Evidence, HistoryFact, RunFact } from './evidence.ts';

/** A small run of the rig as it would be without a fault in the servers: what the checker passes, and what the mutants bend. */

const START = Date.parse('2027-01-01T00:00:00.000Z');
const SECOND = 1_000;

interface Sample {
  readonly id: string;
  readonly tenant: string;
  readonly type: string;
  readonly expression: string;
  readonly policy: string;
  readonly periodMs: number;
}

const SAMPLES: readonly Sample[] = [
  { id: 's1', tenant: 't1', type: 'RATE', expression: 'rate(2 seconds)', policy: 'SKIP', periodMs: 2 * SECOND },
  { id: 's2', tenant: 't2', type: 'CRON', expression: '*/5 * * * * *', policy: 'ALLOW_ALL', periodMs: 5 * SECOND },
  {
    id: 's3',
    tenant: 't2',
    type: 'RRULE',
    expression: 'FREQ=SECONDLY;INTERVAL=3',
    policy: 'BUFFER_ALL',
    periodMs: 3 * SECOND,
  },
];
/** Each is paused at 21 s, resumed at 42 s, and ends paused at 60.5 s. */
const PAUSED = START + 21 * SECOND;
const RESUMED = START + 42 * SECOND;
const ENDED = START + 60.5 * SECOND;
const marker = (tenant: string) => `marker of ${tenant}`;

/** The evidence of a minute in which three schedules of two tenants ran, were paused, resumed and triggered. */
export function sampleEvidence(): Evidence {
  const evidence: Evidence = {
    seed: 0,
    startedAt: START,
    healedAt: ENDED,
    endedAt: ENDED + SECOND,
    tenants: ['t1', 't2'].map((id) => ({ id, marker: marker(id) })),
    schedules: [],
    history: [],
    runs: [],
    deliveries: [],
    calls: [],
    faults: [],
    answers: [],
    overdue: [],
    seenFinal: [],
    leaks: [],
    endlessBodies: { requests: 10, grownMb: 3 },
  };
  for (const [i, sample] of SAMPLES.entries()) add(evidence, sample, i);
  evidence.seenFinal.push(...evidence.runs.map(({ id, digest }) => ({ run: id, digest })));
  return evidence;
}

function add(evidence: Evidence, sample: Sample, index: number): void {
  const { id, tenant, periodMs } = sample;
  const instants = (after: number, until: number) => {
    const all: number[] = [];
    for (let at = START + periodMs; at <= until; at += periodMs) if (at > after) all.push(at);
    return all;
  };
  const next = (after: number) => instants(after, after + periodMs)[0] ?? 0;
  const state = (changes: Partial<HistoryFact> & { at: number }): HistoryFact => ({
    schedule: id,
    tenant,
    description: `op ${index * 10}`,
    type: sample.type,
    expression: sample.expression,
    startAt: null,
    endAt: null,
    flexibleMinutes: 0,
    catchupMinutes: 0,
    policy: sample.policy,
    actionType: 'WEBHOOK',
    status: 'ACTIVE',
    statusReason: null,
    nextRunAt: null,
    pausedFrom: null,
    version: 1,
    createdAt: START,
    updatedAt: START,
    deletedAt: null,
    ...changes,
  });
  const paused = { status: 'PAUSED', statusReason: 'BY_USER' };
  evidence.history.push(state({ at: START, nextRunAt: next(START) }));
  for (const at of instants(START, PAUSED)) evidence.history.push(state({ at, nextRunAt: next(at) }));
  evidence.history.push(state({ at: PAUSED, ...paused, pausedFrom: next(PAUSED), version: 2, updatedAt: PAUSED }));
  evidence.history.push(state({ at: RESUMED, nextRunAt: next(RESUMED), version: 3, updatedAt: RESUMED }));
  for (const at of instants(RESUMED, ENDED)) {
    evidence.history.push(state({ at, nextRunAt: next(at), version: 3, updatedAt: RESUMED }));
  }
  evidence.history.push(state({ at: ENDED, ...paused, pausedFrom: next(ENDED), version: 4, updatedAt: ENDED }));

  const missed = instants(PAUSED, RESUMED);
  const [first = 0] = missed;
  const runs = [
    ...[...instants(START, PAUSED), ...instants(RESUMED, ENDED)].map((at) => ran(sample, at, 'SCHEDULE')),
    ran(sample, START + 10.5 * SECOND, 'MANUAL'),
    {
      ...ran(sample, first, 'SCHEDULE'),
      status: 'MISSED',
      reason: 'PAUSED',
      attempt: 0,
      attempts: [],
      startedAt: null,
      createdAt: RESUMED,
      finishedAt: RESUMED,
      missedCount: missed.length,
      missedUntil: missed.at(-1) ?? 0,
    },
  ];
  evidence.runs.push(...runs);
  evidence.deliveries.push(...runs.filter((run) => run.attempt > 0).map(delivered));
  const ended = { status: 'PAUSED', nextRunAt: null, consecutiveFailures: 0, lastRunStatus: 'SUCCEEDED', version: 4 };
  const runCount = runs.length - 1;
  evidence.schedules.push({ id, tenant, ...ended, runCount, deletedAt: null, rateLimited: false });
  evidence.answers.push({ schedule: id, ...ended, runCount, totalRuns: runs.length });
  const call = { op: index * 10, tenant, schedule: id, expression: null, version: null, updatedAt: null, run: null };
  const manual = runs.find((run) => run.trigger === 'MANUAL')?.id ?? '';
  evidence.calls.push(
    { ...call, kind: 'create', sentAt: START, answeredAt: START, outcome: 201, version: 1, updatedAt: START },
    {
      ...call,
      op: call.op + 1,
      kind: 'pause',
      sentAt: PAUSED,
      answeredAt: PAUSED,
      outcome: 200,
      version: 2,
      updatedAt: PAUSED,
    },
    {
      ...call,
      op: call.op + 2,
      kind: 'resume',
      sentAt: RESUMED,
      answeredAt: RESUMED,
      outcome: 200,
      version: 3,
      updatedAt: RESUMED,
    },
    { ...call, op: call.op + 3, kind: 'trigger', sentAt: START, answeredAt: START, outcome: 202, run: manual },
  );
}

function ran({ id, tenant }: Sample, at: number, trigger: string): RunFact {
  const attempt = {
    attempt: 1,
    startedAt: at + 5,
    finishedAt: at + 25,
    node: 'n',
    outcome: 'SUCCEEDED',
    errorCode: null,
    status: 200,
  };
  return {
    id: `${id} ${trigger} ${at}`,
    tenant,
    schedule: id,
    trigger,
    scheduledFor: at,
    fireAt: at,
    status: 'SUCCEEDED',
    reason: null,
    attempt: 1,
    startedAt: at + 5,
    finishedAt: at + 30,
    missedCount: null,
    missedUntil: null,
    createdAt: at + 2,
    attempts: [attempt],
    digest: 'as it was',
  };
}

function delivered(run: RunFact): DeliveryFact {
  return {
    tenant: run.tenant,
    run: run.id,
    schedule: run.schedule,
    scheduledFor: run.scheduledFor,
    attempt: 1,
    headerMarker: marker(run.tenant),
    bodyMarker: marker(run.tenant),
    arrivedAt: run.scheduledFor + 10,
    endedAt: run.scheduledFor + 20,
    reply: 'status 200',
  };
}
