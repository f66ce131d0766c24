import { readFileSync } from 'node:fs';
import { errorCode } from './errors.ts';

/**
 * What tells a live process from a later one with the same pid; undefined if none is alive. On Linux its start time,
 * and a zombie counts as dead: in a container whose first process reaps nobody, an orphan stays one for ever.
 */
export function processStamp(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) !== 'EPERM') return undefined;
  }
  if (process.platform !== 'linux') return 'alive';
  try {
    // "pid (name) state …": the name may hold spaces and brackets; state is field 3, the start time field 22.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
