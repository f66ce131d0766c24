/** `npm run bench -- <name> [options]`: runs one bench, which prints its table. */
const BENCHES: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  'auth-timing': async (args) => (await import('./auth-timing.ts')).authTiming(args),
  entities: async (args) => (await import('./entities.ts')).entities(args),
  lateness: async (args) => (await import('./lateness.ts')).lateness(args),
  relative: async (args) => (await import('./relative.ts')).relative(args),
  time: async () => {
    process.stdout.write(`${(await import('./time.ts')).run()}\n`);
  },
};

const [name = '', ...args] = process.argv.slice(2);
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench) {
  await bench(args);
} else {
  process.stderr.write(`use: npm run bench -- <name>; there is: ${Object.keys(BENCHES).join(', ')}\n`);
  process.exitCode = 1;
}
