import type { ServerProcess } from '../../server/test/process/server.ts';

const BAD = new Set(['error', 'fatal']);

/** What the server under test says of errors, as it says it. */
export class ServerLog {
  readonly #server: Pick<ServerProcess, 'stdout' | 'stderr'>;
  #read = { stdout: 0, stderr: 0 };

  constructor(server: Pick<ServerProcess, 'stdout' | 'stderr'>) {
    this.#server = server;
  }

  /** Lines since the last look that no run should bring. */
  news(): string[] {
    const { stdout, stderr } = this.#server;
    // What is not a whole line yet is looked at next time.
    const end = stdout.lastIndexOf('\n') + 1;
    const lines = stdout.slice(this.#read.stdout, end).split('\n').filter(isError);
    const complaints = stderr.slice(this.#read.stderr).trim();
    this.#read = { stdout: end, stderr: stderr.length };
    return [...lines, ...(complaints === '' ? [] : [complaints])].map((line) => line.slice(0, 3_000));
  }
}

function isError(line: string): boolean {
  if (!line.startsWith('{')) return false;
  const { level, run_id, data } = JSON.parse(line) as { level?: string; run_id?: string; data?: unknown };
  // LOG_EVENT says what its schedule wants, on the level that it wants.
  return level !== undefined && BAD.has(level) && !(run_id !== undefined && data !== undefined);
}
