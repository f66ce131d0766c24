/** A connection that was not made, and why. */
export class EgressError extends Error {
  override readonly name = 'EgressError';
  readonly code: 'egress_blocked' | 'dns_failed' | 'proxy_failed';

  constructor(code: EgressError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
