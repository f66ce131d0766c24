import { useEffect, useState } from 'react';

/** The present, by the viewer's clock. The only place that reads one. */
export function now(): number {
  return Date.now();
}

/** The present, anew every so often. */
export function useNow(everyMs = 10_000): number {
  const [instant, setInstant] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setInstant(now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return instant;
}
