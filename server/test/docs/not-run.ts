/** The only blocks of README and docs that no test runs, and why. Any other that is not run fails a test. */
export const NOT_RUN: readonly { readonly page: string; readonly begins: string; readonly reason: string }[] = [
  {
    page: 'README.md',
    begins: 'npm ci && npm start',
    reason: 'needs the network; .ci/run installs and tests by these words, first-start.test.ts starts it',
  },
  {
    page: 'docs/quick-start.md',
    begins: 'npm ci && npm start',
    reason: 'the same words, so the same tests',
  },
  {
    page: 'docs/self-hosting.md',
    begins: 'git clone',
    reason: 'needs root, systemd and a place for the repository; the unit itself is checked by hosting-docs.test.ts',
  },
  {
    page: 'docs/self-hosting.md',
    begins: 'docker compose',
    reason: 'needs Docker, which few have where tests run; container.test.ts checks the files',
  },
];
