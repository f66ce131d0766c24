/**
 * A server reduced to its database, for tests that kill one: `node embedded-server.ts <mode> <data dir> <bin dir> <uid:gid>`.
 * Mode `query` only tries to connect, to a URL in the data folder's place.
 * Prints a line of JSON when it has got there, or the error, and stays.
 */
import { Client } from 'pg';
import { EmbeddedPostgresError, lockDataDir, startEmbeddedPostgres } from '../../src/store/embedded/index.ts';

const [mode, dataDir = '', binaries, user] = process.argv.slice(2);
const say = (line: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(line)}\n`);

// Only now: a checkout under /root is closed to the user, but its code is loaded.
if (user) {
  const [uid = 0, gid = 0] = user.split(':').map(Number);
  process.setgroups?.([]);
  process.setgid?.(gid);
  process.setuid?.(uid);
}

// Ctrl-C: a server would now finish its work.
process.on('SIGINT', () => say({ interrupted: true }));
setInterval(() => undefined, 60_000);

try {
  if (mode === 'lock') {
    await lockDataDir(dataDir);
    say({ pid: process.pid });
  } else if (mode === 'query') {
    const client = new Client({ connectionString: dataDir });
    const refused = await client.connect().then(
      () => false,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    say({ refused });
  } else {
    const postgres = await startEmbeddedPostgres({
      dataDir,
      ...(binaries ? { binaries } : {}),
      log: () => undefined,
    });
    process.on('SIGTERM', () => void postgres.stop().then(() => process.exit(0)));
    say({ pid: postgres.pid, url: postgres.url });
    if (mode === 'write') await write(postgres.url);
  }
} catch (error) {
  if (!(error instanceof EmbeddedPostgresError)) throw error;
  say({ code: error.code, message: error.message });
  process.exit(1);
}

/** Writes rows for ever, and says each once its commit is acknowledged. */
async function write(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('CREATE TABLE IF NOT EXISTS written (id int PRIMARY KEY)');
  for (let id = 1; ; id++) {
    await client.query('INSERT INTO written VALUES ($1)', [id]);
    say({ written: id });
  }
}
