/** A path of this page, or undefined: an address from outside is nowhere to send anybody. */
export function localPath(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\/(?![/\\])/.test(value)) return undefined;
  return value.startsWith('/sign-in') ? undefined : value;
}
