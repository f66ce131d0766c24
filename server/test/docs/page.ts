import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NOT_RUN } from './not-run.ts';

/** The repository. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Blocks that show what a program said, or a file that is no program. They are read, not run. */
export const SHOWN = ['text', 'ini', 'nginx', 'caddyfile', 'crontab', 'sql'] as const;
const RUN = ['sh', 'ts', 'json', 'env'] as const;
type Language = (typeof SHOWN)[number] | (typeof RUN)[number];

const FENCE = /^( *)```(.*)\n([^]*?)^\1```$/gm;

/** A block of code on a page. */
export interface Block {
  /** The title above it. */
  readonly chapter: string;
  readonly language: string;
  readonly text: string;
  /** Where it is, for people: `docs/guide.md:17`. */
  readonly place: string;
}

/** A page of the documentation, and which of its blocks a test has taken to run. */
export class Page {
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly #taken = new Set<Block>();

  constructor(path: string) {
    this.path = path;
    this.text = readFileSync(join(ROOT, path), 'utf8');
    this.blocks = [...this.text.matchAll(FENCE)].map((found) => {
      const [, indent = '', language = '', code = ''] = found;
      const before = this.text.slice(0, found.index);
      return {
        chapter: [...before.replaceAll(FENCE, '').matchAll(/^#+ (.+)$/gm)].at(-1)?.[1] ?? '',
        language,
        text: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
        place: `${path}:${before.split('\n').length}`,
      };
    });
  }

  /** The blocks of a language that can be run, all of them or a chapter's: taken. */
  take(language: Language, chapter?: string): Block[] {
    const taken = this.blocks.filter(
      (block) =>
        block.language === language && (chapter ?? block.chapter) === block.chapter && !this.#excuse(block.text),
    );
    for (const block of taken) this.#taken.add(block);
    return taken;
  }

  /** Those that nobody has taken and that nothing excuses, and excuses for what is not there: where they are. */
  left(): string[] {
    const runnable = this.blocks.filter(({ language }) => !SHOWN.some((one) => one === language));
    const left = runnable.filter((block) => !this.#taken.has(block) && !this.#excuse(block.text));
    const stale = NOT_RUN.filter(
      ({ page, begins }) => page === this.path && !runnable.some(({ text }) => text.startsWith(begins)),
    );
    return [...left.map(({ place }) => place), ...stale.map(({ begins }) => `not there any more: ${begins}`)];
  }

  #excuse(text: string) {
    return NOT_RUN.find(({ page, begins }) => page === this.path && text.startsWith(begins));
  }
}
