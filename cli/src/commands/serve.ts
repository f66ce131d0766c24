import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import type { Cli, Surroundings } from '../cli.ts';
import { type ExitCode, Failed, UsageError } from '../exit.ts';
import type { Does } from '../program.ts';

/** Settings of ours, which the server would take for mistyped ones of its own. */
const OURS = new Set(['HYDRACORE_URL', 'HYDRACORE_API_KEY']);

/** Runs a program of the server as a process of its own until it ends; what would end us, ends it. */
async function runServer(around: Surroundings, name: string, args: readonly string[] = []): Promise<void> {
  const file = fileURLToPath(new URL(`../../../server/src/${name}`, import.meta.url));
  await access(file).catch(() => {
    throw new UsageError('The server is not installed beside this command line: run it in the repository.');
  });
  const env = Object.fromEntries(Object.entries(around.env).filter(([name]) => !OURS.has(name)));
  const child = spawn(process.execPath, [file, ...args], { cwd: around.cwd, env, stdio: 'inherit' });
  // The second one tells the server to end at once.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Failed((code ?? 1) as ExitCode);
}

const serve = async ({ around }: Cli): Promise<void> => await runServer(around, 'main.ts');

interface MigrateOptions {
  readonly check?: boolean;
  readonly dryRun?: boolean;
}

async function migrate({ around, output }: Cli, { check, dryRun }: MigrateOptions): Promise<void> {
  const args = [check === true || dryRun === true ? ['--check'] : [], output.json ? ['--json'] : []];
  await runServer(around, 'migrate-database.ts', args.flat());
}

/** `hydracore serve` */
export function serveCommand(does: Does): Command {
  return new Command('serve')
    .description('Start the server in this folder; docs/configuration.md has its settings.')
    .action(does(serve));
}

/** `hydracore migrate` */
export function migrateCommand(does: Does): Command {
  return new Command('migrate')
    .description("Bring the database to this version's schema, and end; with the server's settings.")
    .addOption(new Option('--check', 'change nothing: tell what is pending, exit code 1 if something is'))
    .addOption(new Option('--dry-run', 'the same'))
    .action(does(migrate));
}
