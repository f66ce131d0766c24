/** Where a server can be made to die, to prove that nothing is lost there (faults/). In production nothing happens at these. */
export const FAULT_POINTS = ['after_claim', 'after_send', 'before_commit', 'after_commit'] as const;
export type FaultPoint = (typeof FAULT_POINTS)[number];

/** Told each time that the engine passes a fault point. */
export type PassFaultPoint = (point: FaultPoint) => void;

/** Which point, and at which passing of it. */
export interface CrashPoint {
  readonly point: FaultPoint;
  readonly passing: number;
}

/** Kills this process without a word at one passing of one point; with null, never. */
export function crashAt(crash: CrashPoint | null): PassFaultPoint {
  if (crash === null) return () => undefined;
  let passed = 0;
  return (point) => {
    if (point !== crash.point) return;
    passed += 1;
    if (passed === crash.passing) process.kill(process.pid, 'SIGKILL');
  };
}
