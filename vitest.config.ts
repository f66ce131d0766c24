import { defineConfig } from 'vitest/config';

/** `npm test`: everything but the browser. `npm run test:database` takes the part that needs PostgreSQL. */
export const shared = {
  // Tests run as the server does: by Node itself, types stripped, nothing bundled.
  experimental: { viteModuleRunner: false },
  pool: 'forks',
  maxWorkers: 2,
  testTimeout: 60_000,
  hookTimeout: 120_000,
} as const;

// oxlint-disable-next-line no-restricted-properties -- no part of the server: which report is this one
const name = process.env.HYDRACORE_TEST_POSTGRES_BIN ? 'database' : 'all';

export default defineConfig({
  test: {
    ...shared,
    include: [
      '{server,client,cli,console}/{src,test}/**/*.test.ts',
      'bench/src/**/*.test.ts',
      'faults/src/**/*.test.ts',
      'fuzz/src/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', 'server/test/browser/**'],
    globalSetup: ['server/test/support/setup.ts'],
    reporters: ['default', ['json', { outputFile: `test-results/${name}.json` }]],
  },
});
