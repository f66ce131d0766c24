import { findAction } from '../actions/registry.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { SealedConfig } from '../domain/sealed.ts';
import type { Queryable } from '../store/db.ts';
import type { StorableSchedule } from '../store/schedules.ts';
import { openConfig, openWhatOpens, sealConfig } from '../store/sealed-config.ts';
import type { Vault } from '../store/vault/vault.ts';

/** What has to be known of a schedule to seal or open configs of its action. */
type Acting = Pick<Schedule, 'tenant_id' | 'id' | 'action_type'>;

function at(column: 'schedules.action_config' | 'runs.action_overlay', of: Acting, config: Record<string, unknown>) {
  const paths = findAction(of.action_type)?.secretPaths ?? [];
  return { tenant_id: of.tenant_id, column, id: of.id, paths, config };
}

/** A stored schedule with the secrets of its config as they were given; one that does not open stays sealed. */
export async function openSchedule(vault: Vault, db: Queryable, schedule: Schedule): Promise<Schedule> {
  const config = await openWhatOpens(vault, db, at('schedules.action_config', schedule, schedule.action_config));
  return { ...schedule, action_config: config };
}

/** The schedule as it may be stored. */
export async function sealSchedule(vault: Vault, db: Queryable, schedule: Schedule): Promise<StorableSchedule> {
  const config = await sealConfig(vault, db, at('schedules.action_config', schedule, schedule.action_config));
  return { ...schedule, action_config: config };
}

/** The overlay of a run of the schedule as it may be stored. */
export async function sealOverlay(
  vault: Vault,
  db: Queryable,
  schedule: Acting,
  runId: string,
  overlay: Record<string, unknown>,
): Promise<SealedConfig> {
  return await sealConfig(vault, db, at('runs.action_overlay', { ...schedule, id: runId }, overlay));
}

/** The overlay of one run for another one of the same schedule. @throws VaultError where a secret of it does not open */
export async function resealOverlay(
  vault: Vault,
  db: Queryable,
  schedule: Acting,
  runs: { readonly from: string; readonly to: string },
  overlay: Record<string, unknown>,
): Promise<SealedConfig> {
  const plain = await openConfig(vault, db, at('runs.action_overlay', { ...schedule, id: runs.from }, overlay));
  return await sealOverlay(vault, db, schedule, runs.to, plain);
}
