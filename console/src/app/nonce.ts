import { setNonce } from 'get-nonce';

const value = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

// What stops the page from scrolling under a dialog makes its own style element.
setNonce(value);

/** What the page's policy asks of style elements. */
export function nonce(): string {
  return value;
}
