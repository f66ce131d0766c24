import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import balena from '@balena/dockerignore';
import { Copy, DockerfileParser, type Instruction } from 'dockerfile-ast';

/** The repository. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const exec = promisify(execFile);
/** Its types say that it is a module's default; it is the module. */
const dockerignore = balena as unknown as typeof balena.default;

/** What a COPY takes from the context, and where to. */
export interface Copied {
  readonly from: string;
  readonly to: string;
  readonly files: readonly string[];
}

/** A stage of the Dockerfile. */
export class Stage {
  readonly instructions: readonly Instruction[];
  readonly #context: readonly string[];

  constructor(instructions: readonly Instruction[], context: readonly string[]) {
    this.instructions = instructions;
    this.#context = context;
  }

  /** What stands after FROM. */
  get from(): string {
    return this.text('FROM') ?? '';
  }

  /** What stands after an instruction, the first of that name. */
  text(keyword: string): string | undefined {
    return this.#all(keyword)[0]?.getArgumentsContent() ?? undefined;
  }

  /** The words of an instruction in JSON form, such as CMD. */
  words(keyword: string): string[] {
    return JSON.parse(/\[.*\]/.exec(this.text(keyword) ?? '')?.[0] ?? '[]') as string[];
  }

  /** The commands that it runs, one after the other. */
  get commands(): string[] {
    return this.#all('RUN').flatMap((run) =>
      run
        .getArguments()
        .map((arg) => arg.getValue())
        .join(' ')
        .split(' && '),
    );
  }

  /** The workspaces that its `npm ci` installs for. */
  get workspaces(): string[] {
    return [...(this.commands[0] ?? '').matchAll(/--workspace=(\w+)/g)].flatMap(([, name]) => name ?? []);
  }

  /** What each COPY takes from the context. */
  get copies(): Copied[] {
    return this.#copies().flatMap(({ flag, args }) => {
      if (flag !== undefined) return [];
      const to = args.at(-1) ?? '';
      return args.slice(0, -1).map((from) => ({
        from,
        to,
        files: this.#context.filter((file) => file === from || file.startsWith(`${from}/`)),
      }));
    });
  }

  /** What it takes from other stages: `stage: from to`. */
  get fromStages(): string[] {
    return this.#copies().flatMap(({ flag, args }) => (flag === undefined ? [] : `${flag}: ${args.join(' ')}`));
  }

  #all(keyword: string): Instruction[] {
    return this.instructions.filter((instruction) => instruction.getKeyword() === keyword);
  }

  #copies(): { flag: string | undefined; args: string[] }[] {
    return this.#all('COPY').map((copy) => ({
      flag: copy instanceof Copy ? (copy.getFromFlag()?.getValue() ?? undefined) : undefined,
      args: copy.getArguments().map((arg) => arg.getValue()),
    }));
  }
}

/** The Dockerfile's stages, and what the builder is sent: the repository without what .dockerignore names. */
export async function readImage(): Promise<{ text: string; stages: Stage[]; context: string[] }> {
  const text = await readFile(join(ROOT, 'Dockerfile'), 'utf8');
  const { stdout } = await exec('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT });
  const ignore = dockerignore().add(await readFile(join(ROOT, '.dockerignore'), 'utf8'));
  const context = ignore.filter(stdout.trim().split('\n'));
  const stages: Instruction[][] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    if (instruction.getKeyword() === 'FROM') stages.push([]);
    stages.at(-1)?.push(instruction);
  }
  return { text, stages: stages.map((stage) => new Stage(stage, context)), context };
}

/** Does what a stage's COPYs from the context do, in a folder. */
export async function copyContext(stage: Stage, app: string): Promise<void> {
  for (const { from, to, files } of stage.copies) {
    for (const file of files) {
      const below = to.endsWith('/') || to === './';
      await copyFile(
        join(ROOT, file),
        join(app, below ? join(to, relative(dirname(from), file)) : join(to, relative(from, file))),
      );
    }
  }
}

/** Copies one file, and makes the folder for it. */
export async function copyFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to);
}

/** What npm has installed in a folder, or would have by its files alone, for these workspaces: names below it. */
export async function packagesOf(
  folder: string,
  workspaces: readonly string[],
  ...further: string[]
): Promise<string[]> {
  const args = [
    'ls',
    '--omit=dev',
    '--all',
    '--parseable',
    ...workspaces.map((name) => `--workspace=${name}`),
    ...further,
  ];
  const { stdout } = await exec('npm', args, { cwd: folder, maxBuffer: 1e7 });
  return stdout
    .trim()
    .split('\n')
    .map((place) => relative(folder, place))
    .filter((place) => place.includes('node_modules'));
}

/** Puts links to packages of the repository into a folder, in the place of an installation. */
export async function linkPackages(app: string, packages: readonly string[]): Promise<void> {
  // Their own node_modules come with those that are linked.
  const outer = packages.filter((place) => place.lastIndexOf('node_modules') === place.indexOf('node_modules'));
  for (const place of outer) {
    await mkdir(dirname(join(app, place)), { recursive: true });
    await symlink(join(ROOT, place), join(app, place));
  }
}
