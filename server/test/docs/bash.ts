import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT, type Block } from './page.ts';

/** A block that goes on until it is ended, in the background. */
export interface Endless {
  readonly begins: string;
  /** What it says before the next block may follow. */
  readonly ready?: string;
  /** What it must have said in the end, or before the block that begins so. */
  readonly says: readonly string[];
  readonly by?: string;
}

export interface Session {
  /** Where it runs: the folder of a server, so that `.hydracore` is in it. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What stands on pages and is another thing here: addresses. */
  readonly replace: Readonly<Record<string, string>>;
  readonly endless?: readonly Endless[];
}

/** A refusal fails, unless its status is asked for (-i); a command that fails says which it is; npx gets nothing from anywhere. */
const PRELUDE = String.raw`
set -eEuo pipefail
trap 'echo "$BLOCK: $BASH_COMMAND" >&2' ERR
curl() {
  local strict=--fail-with-body
  [[ " $* " == *" -i "* ]] && strict=--no-progress-meter
  command curl "$strict" --silent --show-error "$@"
}
npx() { "$@"; }
await() {
  for ((i = 0; i < 400; i++)); do grep -Eqs -- "$2" "$1" && return; sleep 0.05; done
  echo "$BLOCK: waited in vain for: $2" >&2; cat "$1" >&2; return 1
}
`;

/** Makes the folder of a server what the repository is to one who follows a page: its programs and packages are there. */
export async function furnish(cwd: string): Promise<void> {
  await symlink(join(ROOT, 'node_modules'), join(cwd, 'node_modules'));
  await writeFile(join(cwd, 'package.json'), '{"type":"module"}');
}

/** Runs the blocks of a page in their order, in one bash; throws with what was said where a command fails. */
export async function runInBash(blocks: readonly Block[], session: Session): Promise<string> {
  const script = scriptOf(blocks, session);
  const inherited = Object.entries(process.env).filter(([name]) => !/^(HYDRACORE_|FORCE_COLOR|NO_COLOR)/.test(name));
  const path = [join(ROOT, 'node_modules', '.bin'), dirname(process.execPath), process.env['PATH']].join(':');
  // A group of its own, so that what it leaves in the background can be ended.
  const child = spawn('bash', ['-c', script], {
    cwd: session.cwd,
    env: { ...Object.fromEntries(inherited), PATH: path, ...session.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
  const [code] = (await once(child, 'exit')) as [number | null];
  try {
    process.kill(-(child.pid ?? 0), 'SIGKILL');
  } catch {
    // Nothing is left of it.
  }
  if (code !== 0) throw new Error(said.slice(-4_000));
  return said;
}

function scriptOf(blocks: readonly Block[], { endless = [], replace }: Session): string {
  const waits: { readonly by: string | undefined; readonly wait: string }[] = [];
  const due = (text?: string) =>
    waits.flatMap(({ by, wait }) => (text === undefined || (by !== undefined && text.startsWith(by)) ? [wait] : []));
  const parts = blocks.flatMap(({ text, place }, index) => {
    const code = Object.entries(replace).reduce((all, [from, to]) => all.replaceAll(from, to), text);
    const before = due(text);
    const goesOn = endless.find(({ begins }) => text.startsWith(begins));
    if (goesOn === undefined) return [...before, `BLOCK='${place}'\n${code}`];
    const file = `said-${index}.txt`;
    const waiting = goesOn.says.map((pattern) => `await ${file} '${pattern}'`);
    waits.push({ by: goesOn.by, wait: [`BLOCK='${place}'`, ...waiting].join('\n') });
    const ready = goesOn.ready === undefined ? [] : [`await ${file} '${goesOn.ready}'`];
    return [...before, `BLOCK='${place}'\n{\n${code}} > ${file} 2>&1 &`, ...ready];
  });
  return [PRELUDE, ...parts, ...due()].join('\n');
}
