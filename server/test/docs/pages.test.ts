import { globSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Receiver } from '../process/receiver.ts';
import { Cleanup, type ServerProcess } from '../process/server.ts';
import { furnish, runInBash, type Endless } from './bash.ts';
import { BODIES, checkSettings } from './bodies.ts';
import { NOT_RUN } from './not-run.ts';
import { Page, ROOT, type Block } from './page.ts';
import { makeRows } from './rows.ts';

/** Each command, body and setting that README and docs show is run against a real server, page by page. */

/** Pages whose blocks the tests of these files run. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'docs/cli.md': 'cli/test/docs.test.ts',
  'docs/upgrade.md': 'cli/test/docs.test.ts',
  'docs/client.md': 'client/test/docs.test.ts',
  'docs/backup.md': 'server/test/process/hosting-docs.test.ts',
  'docs/self-hosting.md': 'server/test/process/hosting-docs.test.ts',
};
const HERE = globSync(['README.md', 'docs/*.md'], { cwd: ROOT }).filter((path) => !(path in ELSEWHERE));
/** What goes on until it is ended. */
const ENDLESS: readonly Endless[] = [
  { begins: 'node -e', ready: 'listening', says: ['"schedule_name":"Hello"'], by: 'npx hydracore runs list' },
  {
    begins: 'node receiver.mjs',
    ready: 'listening',
    says: ['Hello: run ', 'refused: '],
    by: 'npx hydracore schedules list',
  },
  { begins: 'npx hydracore runs tail', says: ['SUCCEEDED'], by: 'curl' },
  { begins: 'curl -N', says: ['heartbeat'] },
];

const cleanup = new Cleanup();
let server: ServerProcess;
let receiver: Receiver;
let ids: Record<string, string>;
let cwd: string;

beforeAll(async () => {
  receiver = await new Receiver().start();
  cleanup.add(() => receiver.stop());
  cwd = await cleanup.folder();
  await furnish(cwd);
  await writeFile(join(cwd, 'invoices.ndjson'), '{"external_id":"inv-20","data":{"status":"open"}}\n');
  // EMAIL is refused where no mail server is named; none is asked here.
  const env = { HYDRACORE_SMTP_URL: 'smtp://127.0.0.1:9', HYDRACORE_SMTP_FROM: 'hydracore@example.com' };
  server = await cleanup.start({ cwd, env }).ready();
  ids = await makeRows(server, receiver);
});
afterAll(() => cleanup.run());

/** A port that nobody listens at, and nobody is given by chance: below those that Linux and macOS hand out. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer().once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

/** Runs the commands of a page in the server's folder. */
async function runAll(commands: readonly Block[]): Promise<void> {
  const key = (await readFile(join(server.dataDir, 'api-key'), 'utf8')).trim();
  const port = await freePort();
  const replace = {
    '127.0.0.1:8080': new URL(server.url).host,
    '127.0.0.1:8090': `127.0.0.1:${port}`,
    'listen(8090': `listen(${port}`,
  };
  const env = { API: server.url, KEY: key, HYDRACORE_URL: server.url, ...ids };
  await runInBash(commands, { cwd, env, replace, endless: ENDLESS });
  // The next page finds no rules of this one.
  await server.call('PUT', '/v1/egress-policy', { allow: [], deny: [] });
}

describe.each(HERE)('%s', (path) => {
  const page = new Page(path);
  const commands = page.take('sh');
  const bodies = page.take('json');
  const settings = page.take('env');
  const programs = page.take('ts');

  if (commands.length > 0) {
    it('has commands that work, one after the other', () => runAll(commands));
  }

  for (const { chapter, text, place } of bodies) {
    it(`shows at ${place} a body that is so`, async () => {
      const check = BODIES[`${path}: ${chapter}`];
      if (check === undefined) throw new Error(`nothing in bodies.ts checks what ${path} shows in "${chapter}"`);
      await check(JSON.parse(text), { server, receiver, ids, page });
    });
  }

  for (const { text, place } of settings) it(`has settings at ${place} that are taken`, () => checkSettings(text));

  if (programs.length > 0) {
    it('has programs that the test of the client runs', () => {
      expect(readFileSync(join(ROOT, 'client/test/docs.test.ts'), 'utf8').includes(`new Page('${path}')`)).toBe(true);
    });
  }

  it('has nothing else that could be run', () => expect(page.left()).toEqual([]));
});

describe('no page is left out', () => {
  it.each(Object.entries(ELSEWHERE))('%s is run by %s', (path, file) => {
    const test = readFileSync(join(ROOT, file), 'utf8');
    expect(test.includes(`new Page('${path}')`)).toBe(true);
    expect(test.includes('.left()')).toBe(true);
  });

  it('what is excused is of a page that there is, and says why', () => {
    for (const { page, reason } of NOT_RUN) {
      expect([...HERE, ...Object.keys(ELSEWHERE)]).toContain(page);
      expect(reason.length).toBeGreaterThan(20);
    }
  });
});
