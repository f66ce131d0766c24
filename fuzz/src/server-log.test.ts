import { expect, it } from 'vitest';
import { createLog } from '../../server/src/log.ts';
import { ServerLog } from './server-log.ts';

/** A log as the server under test writes it. */
function written(work: (log: ReturnType<typeof createLog>) => void): string[] {
  let stdout = 'HydraCore is ready\n';
  work(createLog('debug', { write: (line: string) => void (stdout += line) }));
  return new ServerLog({ stdout, stderr: '' }).news();
}

it('errors and worse are news, once', () => {
  const server = { stdout: '{"level":"error","msg":"one"}\n{"level":"fa', stderr: '' };
  const log = new ServerLog(server);
  expect(log.news()).toEqual(['{"level":"error","msg":"one"}']);
  server.stdout += 'tal","msg":"two"}\n';
  server.stderr = 'Warning: three\n';
  expect(log.news()).toEqual(['{"level":"fatal","msg":"two"}', 'Warning: three']);
  expect(log.news()).toEqual([]);
});

it('the server’s own words for an error are known', () => {
  expect(written((log) => log.error({ error: new Error('x') }, 'a request failed'))).toHaveLength(1);
  expect(written((log) => log.fatal('the end'))).toHaveLength(1);
  expect(written((log) => log.warn('it is late'))).toEqual([]);
});

it('what a schedule says by LOG_EVENT is its own', () => {
  const about = { tenant_id: 't', schedule_id: 's', run_id: 'r', data: null };
  expect(written((log) => log.error(about, 'from a template'))).toEqual([]);
});
