import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Account, serverUser } from './account.ts';
import { ifExists, replaceOwnedFile } from './files.ts';
import { SERVER_ROLE } from '../roles.ts';
import { PORT } from './places.ts';

/** The database, and the role that sets it up: the cluster's superuser. What the server works as is made by it. */
export const ROLE = 'hydracore';

const OURS = 'hydracore.conf';

/**
 * Writes the cluster's settings and rules of access, anew at each start, so that an upgrade of the server brings its
 * settings along. Answers whether anything changed: a running PostgreSQL then has the old ones.
 */
export async function writeSettings(
  cluster: string,
  socketDir: string,
  account: Account,
  extra: Readonly<Record<string, string>>,
): Promise<boolean> {
  const main = path.join(cluster, 'postgresql.conf');
  const include = `include '${OURS}'\n`;
  const base = (await ifExists(readFile(main, 'utf8'))) ?? '';
  const files: [file: string, content: string][] = [
    [main, base.endsWith(include) ? base : `${base.replaceAll(include, '')}${include}`],
    [path.join(cluster, OURS), ourSettings(socketDir, extra)],
    [path.join(cluster, 'pg_hba.conf'), '# Written at each start.\nlocal all all peer map=hydracore\n'],
    [path.join(cluster, 'pg_ident.conf'), identMap()],
  ];
  let changed = false;
  for (const [file, content] of files) {
    if ((await ifExists(readFile(file, 'utf8'))) === content) continue;
    await replaceOwnedFile(file, content, account);
    changed = true;
  }
  return changed;
}

/** Only the server's own user may be the roles: the kernel says who is at the other end of the socket, no password. */
function identMap(): string {
  const user = serverUser();
  const shown = /^[\w.-]+$/.test(user) ? user : `"${user.replaceAll('"', '""')}"`;
  const lines = [ROLE, SERVER_ROLE].map((role) => `hydracore ${shown} ${role}\n`);
  return `# Written at each start.\n${lines.join('')}`;
}

function ourSettings(socketDir: string, extra: Readonly<Record<string, string>>): string {
  const settings: Record<string, string> = {
    // No TCP: nothing to scan, no port to collide on.
    listen_addresses: '',
    port: String(PORT),
    // A list of quoted names: a comma or a space in a path is part of it.
    unix_socket_directories: `"${socketDir.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    max_connections: '100',
    shared_buffers: '128MB',
    max_wal_size: '2GB',
    // An acknowledged write is on the disk: what the ledger promises rests on these.
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    // Short statements by primary key: compiling them costs more than running them.
    jit: 'off',
    logging_collector: 'off',
    log_destination: 'stderr',
    log_line_prefix: '%m [%p] ',
    log_checkpoints: 'off',
    // A refused statement comes back to the server, which logs what matters of it without the data in it.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    // The queries of a server that was killed end soon, not when they would have answered. Where the kernel can tell.
    ...(process.platform === 'linux' ? { client_connection_check_interval: '10s' } : {}),
    ...extra,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${quote(value)}\n`);
  return `# Written at each start; settings of your own go to postgresql.auto.conf by ALTER SYSTEM.\n${lines.join('')}`;
}

/** A value of postgresql.conf in its quotes. */
function quote(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
