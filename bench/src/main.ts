/** `npm run bench -- <name>`: runs one bench and prints its table. Each is a module with a `run` that answers the text. */
const benches: Readonly<Record<string, () => Promise<{ run: () => string | Promise<string> }>>> = {
  time: () => import('./time.ts'),
};

const name = process.argv[2] ?? '';
const load = benches[name];
if (load === undefined) {
  process.stderr.write(`usage: npm run bench -- <${Object.keys(benches).join('|')}>\n`);
  process.exitCode = 2;
} else {
  const bench = await load();
  process.stdout.write(`${await bench.run()}\n`);
}
