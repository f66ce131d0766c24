/** How long a claim holds without a heartbeat (docs/semantics.md). */
export const LEASE_MS = 30_000;

/** How long a due schedule may wait for room on a node before its runs are planned to wait. */
export const PATIENCE_MS = 1_000;

/** How often leases in flight are renewed: two heartbeats may be lost before the claim is. */
export const HEARTBEAT_MS = 10_000;

/** How often the reaper looks. */
export const REAP_MS = 1_000;

/** How often partitions are looked after. */
export const RETENTION_MS = 60_000;

/** How often the invariants are checked. */
export const CHECK_MS = 60_000;

/** How the parts of the engine tell what happens. */
export type EngineLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  data: Record<string, unknown>,
) => void;
