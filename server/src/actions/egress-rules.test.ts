import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EgressRules, MOST_ENTRY, readEntry } from './egress-rules.ts';

describe('an entry', () => {
  it.each([
    ['api.example.com', 'api.example.com'],
    [' API.Example.COM. ', 'api.example.com'],
    ['intranet', 'intranet'],
    ['_dmarc.example.com', '_dmarc.example.com'],
    ['example.com:8443', 'example.com:8443'],
    ['example.com.:08443', 'example.com:8443'],
    ['*.example.com', '*.example.com'],
    ['*.Example.com:443', '*.example.com:443'],
    ['bücher.de', 'xn--bcher-kva.de'],
    ['*.BÜCHER.de', '*.xn--bcher-kva.de'],
    ['ｅｘａｍｐｌｅ。com', 'example.com'],
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['203.0.113.7/24', '203.0.113.0/24'],
    ['203.0.113.255/20', '203.0.112.0/20'],
    ['203.0.113.7/32', '203.0.113.7'],
    ['1.2.3.4/0', '0.0.0.0/0'],
    ['2606:4700::', '2606:4700::'],
    ['[2606:4700:0:0::1]', '2606:4700::1'],
    ['2606:4700:ffff::1/33', '2606:4700:8000::/33'],
    ['::/0', '::/0'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7/120', '203.0.113.0/24'],
    ['::203.0.113.7', '::cb00:7107'],
  ])('%j is written %s, and read again as the same', (given, written) => {
    expect(readEntry(given)).toBe(written);
    expect(readEntry(written)).toBe(written);
  });

  it.each([
    ['https://example.com', 'is a URL; write the host alone'],
    ['example.com:0', 'has a port that is not from 1 to 65535'],
    ['example.com:', 'has a port that is not from 1 to 65535'],
    ['example.com:65536', 'has a port that is not from 1 to 65535'],
    ['1.2.3.4:80', 'an address stands for all its ports'],
    ['[2606:4700::1]:80', 'an address stands for all its ports'],
    ['0x7f.1', 'is another spelling of 127.0.0.1; write that'],
    ['2130706433', 'is another spelling of 127.0.0.1; write that'],
    ['１２７.0.0.1', 'is another spelling of 127.0.0.1; write that'],
    ['1.2.3.4.', 'is another spelling of 1.2.3.4; write that'],
    ['10/8', 'is not an entry'],
    ['10.0.0.0/33', 'is not a valid range'],
    ['10.0.0.0/-1', 'is not a valid range'],
    ['10.0.0.0/8/8', 'is not a valid range'],
    ['10.0.0.0/', 'is not a valid range'],
    ['fe80::1%eth0', 'is not a valid range'],
    ['::ffff:1.2.3.4/64', 'is not a valid range'],
    ['', 'is not an entry'],
    ['*', 'is not an entry'],
    ['*.', 'is not an entry'],
    ['*.*.example.com', 'is not an entry'],
    ['a.*.example.com', 'is not an entry'],
    ['*example.com', 'is not an entry'],
    ['*.1.2.3.4', 'is not an entry'],
    ['*.2.3.4', 'is not an entry'],
    ['.example.com', 'is not an entry'],
    ['example..com', 'is not an entry'],
    ['-example.com', 'is not an entry'],
    ['example.com/path', 'is not an entry'],
    ['user@example.com', 'is not an entry'],
    ['user:pass@example.com', 'is not an entry'],
    ['example.com:80:80', 'is not an entry'],
    ['exam ple.com', 'is not an entry'],
    ['exa\nmple.com', 'is not an entry'],
    ['example.com?x', 'is not an entry'],
    ['example.com#x', 'is not an entry'],
    ['ex%61mple.com', 'is not an entry'],
    ['(a|b)+.com', 'is not an entry'],
    ['^api', 'is not an entry'],
    [`${'a'.repeat(64)}.com`, 'is not an entry'],
    [`${'a.'.repeat(127)}com`, 'is not an entry'],
  ])('%j is refused by name: %s', (given, why) => {
    expect(() => readEntry(given)).toThrow(why);
    expect(() => readEntry(given)).toThrow(TypeError);
  });

  it('is refused or read, and what is read stays as it is, whatever the text', () => {
    const parts = fc.constantFrom(
      '*.',
      'a',
      'example',
      '.',
      '.com',
      ':',
      '80',
      '/',
      '8',
      '::',
      '10.0.0.0',
      '[',
      ']',
      'ü',
      '%',
      ' ',
    );
    const text = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.array(parts, { maxLength: 8 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (given) => {
        let written: string;
        try {
          written = readEntry(given);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
          return;
        }
        expect(readEntry(written)).toBe(written);
        expect(written.length).toBeLessThanOrEqual(MOST_ENTRY);
        expect(written).toMatch(/^[\x21-\x7e]+$/);
      }),
    );
  });
});

const allow = (...entries: string[]) => new EgressRules({ allow: entries, deny: [] });
const deny = (...entries: string[]) => new EgressRules({ allow: [], deny: entries });
const NOT_LISTED = 'it is not on the allow list of the egress policy';

describe('names', () => {
  it.each([
    ['example.com', ['example.com', 'example.com.'], ['www.example.com', 'example.com.evil.test', 'notexample.com']],
    [
      '*.example.com',
      ['www.example.com', 'a.b.example.com', 'a.example.com.'],
      ['example.com', 'notexample.com', 'example.com.evil.test'],
    ],
  ])('%s stands for %j, and not for %j', (entry, are, arenot) => {
    for (const host of are) {
      expect(deny(entry).host(host, 443, true), host).toBe(`the egress policy denies ${entry}`);
      expect(allow(entry).host(host, 443, true), host).toBeNull();
    }
    for (const host of arenot) {
      expect(deny(entry).host(host, 443, true), host).toBeNull();
      expect(allow(entry).host(host, 443, true), host).toBe(NOT_LISTED);
    }
  });

  it('with a port stand for that port alone', () => {
    expect(deny('example.com:8443').host('example.com', 8443, true)).not.toBeNull();
    expect(deny('example.com:8443').host('example.com', 443, true)).toBeNull();
    expect(allow('*.example.com:443').host('a.example.com', 443, true)).toBeNull();
    expect(allow('*.example.com:443').host('a.example.com', 80, true)).toBe(NOT_LISTED);
  });
});

describe('addresses', () => {
  it('that are denied are denied as literals, and to names', () => {
    const rules = deny('203.0.113.0/24', '2606:4700::/32');
    for (const address of ['203.0.113.9', '::ffff:203.0.113.9', '2606:4700::9']) {
      expect(rules.host(address, 443, true), address).not.toBeNull();
      expect(rules.addresses('example.com', 443, ['8.8.8.8', address]), address).not.toBeNull();
    }
    expect(rules.host('8.8.8.8', 443, true)).toBeNull();
    expect(rules.host('example.com', 443, true)).toBeNull();
    expect(rules.addresses('example.com', 443, ['8.8.8.8', '2606:4701::1'])).toBeNull();
  });

  it('that are allowed admit a name whose addresses all are', () => {
    const rules = allow('203.0.113.0/24', 'listed.test:443');
    expect(rules.host('203.0.113.9', 443, true)).toBeNull();
    expect(rules.host('8.8.8.8', 443, true)).toBe(NOT_LISTED);
    expect(rules.host('other.test', 443, true)).toBeNull();
    expect(rules.addresses('other.test', 443, ['203.0.113.9', '203.0.113.10'])).toBeNull();
    expect(rules.addresses('other.test', 443, ['203.0.113.9', '8.8.8.8'])).toBe(NOT_LISTED);
    // By its name it may have any address, on the port that is listed.
    expect(rules.addresses('listed.test', 443, ['8.8.8.8'])).toBeNull();
    expect(rules.addresses('listed.test', 80, ['8.8.8.8'])).toBe(NOT_LISTED);
  });

  it('do not admit a name that nobody resolves here', () => {
    expect(allow('203.0.113.0/24').host('other.test', 443, false)).toBe(NOT_LISTED);
    expect(allow('203.0.113.0/24').host('203.0.113.1', 443, false)).toBeNull();
  });

  it('matter only where there are any', () => {
    expect(allow('example.com').byAddress).toBe(false);
    expect(allow('203.0.113.1').byAddress).toBe(true);
    expect(deny('::/0').byAddress).toBe(true);
  });
});

it('what is denied is denied though it is allowed, and empty lists say nothing', () => {
  const both = new EgressRules({
    allow: ['*.example.com', '203.0.113.0/24'],
    deny: ['bad.example.com', '203.0.113.7'],
  });
  expect(both.host('good.example.com', 443, true)).toBeNull();
  expect(both.host('bad.example.com', 443, true)).toBe('the egress policy denies bad.example.com');
  expect(both.addresses('good.example.com', 443, ['203.0.113.7'])).toBe('the egress policy denies 203.0.113.7');
  const none = new EgressRules({ allow: [], deny: [] });
  expect(none.host('anything.test', 1, false)).toBeNull();
  expect(none.addresses('anything.test', 1, ['1.2.3.4'])).toBeNull();
});
