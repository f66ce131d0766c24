import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** `npm test`: everything but the browser. `npm run test:database` takes the part that needs PostgreSQL. */
export const shared = {
  // Tests run as the server does: by Node itself, types stripped, nothing bundled.
  experimental: { viteModuleRunner: false },
  pool: 'forks',
  // One more than the cores that CI has: tests wait for servers and leases much of their time (two: 364 s, three: 298 s).
  maxWorkers: 3,
  testTimeout: 60_000,
  hookTimeout: 120_000,
} as const;

// oxlint-disable-next-line no-restricted-properties -- no part of the server: which report is this one
const name = process.env.HYDRACORE_TEST_POSTGRES_BIN ? 'database' : 'all';

// What Node has made of a file is kept for the next process that loads it: the tests start hundreds, servers among them.
// oxlint-disable-next-line no-restricted-properties -- no part of the server: it is read by Node, in this process's children
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/node', import.meta.url));

/** They wait for what takes its time, such as a lease that runs out: begun last, they would be waited for alone. */
const LONG =
  /\/(?:kill|stop|burst|master-key|database-away|backfill|fates|invariants|relative(?:-many|-model|-search)?|demo|keys|secrets|docs)\.test\.ts$/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/** Without a database, a process or a clock of their own: several files in one process, and no PostgreSQL where only they run. */
const PURE = [
  'server/src/{time,domain,actions,engine,http,watch}/**/*.test.ts',
  '{client,cli,console}/src/**/*.test.ts',
];

export default defineConfig({
  test: {
    ...shared,
    projects: [
      { test: { ...shared, name: 'pure', include: PURE, isolate: false } },
      {
        test: {
          ...shared,
          name: 'real',
          include: ['{server,client,cli,console}/{src,test}/**/*.test.ts', '{bench,faults,fuzz}/src/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'server/test/browser/**', ...PURE],
          globalSetup: ['server/test/support/setup.ts'],
        },
      },
    ],
    sequence: { sequencer: LongestFirst },
    reporters: ['default', ['json', { outputFile: `test-results/${name}.json` }]],
  },
});
