import type { Plugin } from 'vite';

/** The names of a component's classes, which are in the bundle as soon as the component is. */
const CLASSES = /@mantine\/core\/esm\/.*\/(\w+)\.module\.mjs$/;
const STYLES = /@mantine\/core\/styles\/(\w+)\.css$/;
const OURS = 'src/app/mantine.ts';

/** Fails a build that has a component of Mantine without its styles, or styles of a component that it has not. */
export function mantineStyles(): Plugin {
  return {
    name: 'mantine-styles',
    apply: 'build',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const used = new Set(chunks.flatMap(({ modules }) => namesOf(CLASSES, Object.keys(modules))));
      const styled = new Set(namesOf(STYLES, [...this.getModuleIds()]));
      const missing = [...used].filter((name) => !styled.has(name));
      const idle = [...styled].filter((name) => !used.has(name) && !SHARED.has(name));
      if (missing.length > 0) this.error(`${OURS} lacks the styles of what the console uses: ${missing.join(', ')}`);
      if (idle.length > 0) this.error(`${OURS} has styles that the console does not use: ${idle.join(', ')}`);
    },
  };
}

/** These are no component's. */
const SHARED: ReadonlySet<string> = new Set(['baseline', 'global']);

function namesOf(pattern: RegExp, ids: readonly string[]): string[] {
  return ids.flatMap((id) => pattern.exec(id)?.[1] ?? []);
}
