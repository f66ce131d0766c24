import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { type ExitCode, Failed, UsageError } from '../exit.ts';
import type { Does } from '../program.ts';

const MAIN = fileURLToPath(new URL('../../../server/src/main.ts', import.meta.url));
/** Settings of ours, which the server would take for mistyped ones of its own. */
const OURS = new Set(['HYDRACORE_URL', 'HYDRACORE_API_KEY']);

/** Runs the server as a process of its own until it ends; what would end us, ends it. */
async function serve({ around }: Cli): Promise<void> {
  await access(MAIN).catch(() => {
    throw new UsageError('The server is not installed beside this command line: run it in the repository.');
  });
  const env = Object.fromEntries(Object.entries(around.env).filter(([name]) => !OURS.has(name)));
  const child = spawn(process.execPath, [MAIN], { cwd: around.cwd, env, stdio: 'inherit' });
  // The second one tells the server to end at once.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Failed((code ?? 1) as ExitCode);
}

/** `hydracore serve` */
export function serveCommand(does: Does): Command {
  return new Command('serve')
    .description('Start the server in this folder; docs/configuration.md has its settings.')
    .action(does(serve));
}
