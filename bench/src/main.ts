interface Bench {
  readonly says: string;
  run(args: readonly string[]): Promise<void>;
}

/**
 * `npm run bench -- <name> [options]`: runs one bench, which prints its table.
 * The workloads keep their results for `report`: rows of recurring, burst and nodes add to those of earlier runs, unless
 * --fresh; --no-save keeps nothing, --out keeps it elsewhere.
 */
const BENCHES: Readonly<Record<string, Bench>> = {
  burst: {
    says: 'jobs due at one instant: how fast, at what cost (--jobs --rounds --servers --warm-up --against --profile)',
    run: async (args) => (await import('./workloads/burst.ts')).burst(args),
  },
  recurring: {
    says: 'schedules that fire every minute: how late (--schedules 100,1000 --stored --minutes --patience --servers --against --no-product --profile)',
    run: async (args) => (await import('./workloads/recurring.ts')).recurring(args),
  },
  idle: {
    says: 'a million schedules that are not due: CPU, memory, disk (--schedules --seconds)',
    run: async (args) => (await import('./workloads/idle.ts')).idle(args),
  },
  api: {
    says: 'create, get, list and update over HTTP beside a bare route (--operations create,get,list,update --connections 1,50 --seconds --rounds --stored)',
    run: async (args) => (await import('./workloads/api.ts')).api(args),
  },
  lists: {
    says: "the console's lists, pages and overview over a full store (--schedules --runs --hours --seconds)",
    run: async (args) => (await import('./workloads/lists.ts')).lists(args),
  },
  backlog: {
    says: 'after an outage: how long until it is caught up with, by rule (--schedules --outage minutes)',
    run: async (args) => (await import('./workloads/backlog.ts')).backlog(args),
  },
  fairness: {
    says: 'a tenant whose host hangs beside quiet ones: how late theirs are (--runs --tenants --seconds)',
    run: async (args) => (await import('./workloads/fairness.ts')).fairness(args),
  },
  soak: {
    says: 'half of capacity for long: whether everything stays as it is (--minutes --rate --every seconds)',
    run: async (args) => (await import('./workloads/soak.ts')).soak(args),
  },
  nodes: {
    says: 'several servers on one database (--servers 1,2,3,4 --jobs --schedules --minutes)',
    run: async (args) => (await import('./workloads/nodes.ts')).nodes(args),
  },
  report: {
    says: 'writes docs/performance.md from the results that are kept',
    run: async (args) => (await import('./report/report.ts')).report(args),
  },
  'auth-timing': {
    says: 'whether how long a wrong key takes tells how wrong it is',
    run: async (args) => (await import('./auth-timing.ts')).authTiming(args),
  },
  entities: {
    says: 'records written in bulk (--records --parallel)',
    run: async (args) => (await import('./entities.ts')).entities(args),
  },
  lateness: {
    says: 'one schedule that fires each second: how late (--seconds)',
    run: async (args) => (await import('./lateness.ts')).lateness(args),
  },
  relative: {
    says: 'schedules that go by records (--records --schedules)',
    run: async (args) => (await import('./workloads/relative.ts')).relative(args),
  },
  time: {
    says: 'the next instant of an expression, beside croner and cron-parser (--ms of a round)',
    run: async (args) => (await import('./workloads/time.ts')).time(args),
  },
};

const [name = '', ...args] = process.argv.slice(2);
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench) {
  await bench.run(args);
} else {
  const all = Object.entries(BENCHES).map(([name, { says }]) => `  ${name.padEnd(10)} ${says}\n`);
  process.stderr.write(`use: npm run bench -- <name> [options]; there is:\n${all.join('')}`);
  process.exitCode = 1;
}
