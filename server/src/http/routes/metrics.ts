import { createHash, timingSafeEqual } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import ipaddr from 'ipaddr.js';
import { AppError } from '../../domain/errors.ts';

/** What /metrics answers, and to whom. */
export interface MetricsDeps {
  /** The metrics as Prometheus reads them. */
  readonly text: () => Promise<{ readonly contentType: string; readonly body: string }>;
  /** What opens /metrics to callers on other machines; null: nothing does. */
  readonly token: string | null;
}

/** A proxy on this machine adds one of these: its clients are not on this machine. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** The metrics, for callers on the server's own machine and for those with the token. There is nothing of tenants in them. */
export function metricsRoute(app: OpenAPIHono, { text, token }: MetricsDeps): void {
  app.get('/metrics', async (c) => {
    if (!isLocal(c) && !hasToken(c, token)) {
      throw new AppError(
        'unauthorized',
        'The metrics are answered to callers on the machine of the server, and to those who send "Authorization: Bearer …" with the value of HYDRACORE_METRICS_TOKEN.',
      );
    }
    const { contentType, body } = await text();
    return c.body(body, 200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' });
  });
}

function isLocal(c: Context): boolean {
  // Without a socket there is nobody to trust: a request made in memory.
  const address = c.env?.incoming ? getConnInfo(c).remote.address : undefined;
  if (address === undefined || !ipaddr.isValid(address)) return false;
  return ipaddr.process(address).range() === 'loopback' && !FORWARDED.some((name) => c.req.header(name) !== undefined);
}

function hasToken(c: Context, token: string | null): boolean {
  const given = /^Bearer +(\S+)$/i.exec(c.req.header('authorization')?.trim() ?? '')?.[1];
  return token !== null && given !== undefined && timingSafeEqual(digest(given), digest(token));
}

/** Of one length whatever was sent, so that the comparison tells nothing. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
