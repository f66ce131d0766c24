import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './errors.ts';

/** The operating system's account that PostgreSQL runs as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** True if this process is root and has to become the account for it. */
  readonly switched: boolean;
}

/** Finds an account by name or uid; undefined if the system knows none. */
export type FindAccount = (key: string | number) => Promise<Omit<Account, 'switched'> | undefined>;

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The name that PostgreSQL's peer authentication will see for this process's connections. */
export function serverUser(): string {
  return currentUser().name;
}

/**
 * Decides who runs PostgreSQL. It refuses root, so root lends it an account: the one that owns the cluster already, so
 * that a folder which a normal user made stays theirs, else `postgres`, else `nobody`. PostgreSQL looks its own uid up,
 * so an account without a passwd entry is no use.
 */
export async function chooseAccount(clusterOwner?: number, find: FindAccount = findAccount): Promise<Account> {
  if (!isRoot()) return { ...currentUser(), switched: false };
  const keys = clusterOwner === undefined || clusterOwner === 0 ? [] : [clusterOwner];
  for (const key of [...keys, 'postgres', 'nobody']) {
    const account = await find(key);
    if (account !== undefined && account.uid !== 0) return { ...account, switched: true };
  }
  throw new EmbeddedPostgresError(
    'account_missing',
    'PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody" to run it as; start the server as a normal user, or set HYDRACORE_DATABASE_URL to use another PostgreSQL',
  );
}

function currentUser(): Omit<Account, 'switched'> {
  try {
    const { username, uid, gid } = userInfo();
    return { name: username, uid, gid };
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'account_missing',
      `the user with uid ${process.getuid?.()} has no entry in /etc/passwd, and PostgreSQL needs one; add it, run the server as another user, or set HYDRACORE_DATABASE_URL to use another PostgreSQL`,
      { cause },
    );
  }
}

/** Looks an account up in /etc/passwd, which on macOS holds nobody of interest: there `id` asks the directory. */
export const findAccount: FindAccount = async (key) => {
  if (process.platform === 'darwin') return findById(String(key));
  return findInPasswd(await readFile('/etc/passwd', 'utf8').catch(() => ''), key);
};

/** Finds one line of a passwd file. */
export function findInPasswd(passwd: string, key: string | number): Omit<Account, 'switched'> | undefined {
  for (const line of passwd.split('\n')) {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    if (!/^\d+$/.test(uid) || !/^\d+$/.test(gid)) continue;
    if (typeof key === 'number' ? Number(uid) === key : name === key)
      return { name, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

async function findById(key: string): Promise<Omit<Account, 'switched'> | undefined> {
  const id = async (flag: string) => (await promisify(execFile)('/usr/bin/id', [flag, key])).stdout.trim();
  try {
    const [name, uid, gid] = [await id('-un'), Number(await id('-u')), Number(await id('-g'))];
    // macOS gives nobody the uid -2, which `id` prints as such and chown wants unsigned.
    return { name, uid: uid >>> 0, gid: gid >>> 0 };
  } catch {
    return undefined;
  }
}
