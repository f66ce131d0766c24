import { expect, it } from 'vitest';
import { tlsReason } from './attempt-error.ts';

it.each([
  [
    '40634D8E617F0000:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../deps/openssl/tlsany_meth.c:78:\n',
    'wrong version number',
  ],
  [
    '40C306F7A87F0000:error:0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure:../a.c:918:SSL alert number 40\n',
    'ssl/tls alert handshake failure',
  ],
  [
    'write EPROTO 40C3:error:0A00010B:SSL routines:f:wrong version number:../a.c:78:\n40C3:error:0A000126:SSL routines::unexpected eof while reading:../b.c:1:\n',
    'write EPROTO wrong version number; unexpected eof while reading',
  ],
  ['certificate has expired', 'certificate has expired'],
])('what OpenSSL says is told by its reasons alone: %s', (text, reason) => {
  expect(tlsReason(text)).toBe(reason);
});
