import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['server/{src,test}/**/*.test.ts', 'bench/src/**/*.test.ts'],
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
