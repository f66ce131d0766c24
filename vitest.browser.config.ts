import { defineConfig } from 'vitest/config';
import { shared } from './vitest.config.ts';

/** `npm run test:browser`: the pages in Debian's Chromium, against the real server process. */
export default defineConfig({
  test: {
    ...shared,
    include: ['server/test/browser/**/*.test.ts'],
    reporters: ['default', ['json', { outputFile: 'test-results/browser.json' }]],
  },
});
