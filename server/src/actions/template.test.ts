import { describe, expect, it } from 'vitest';
import { testTarget } from './testing.ts';
import { checkTemplates, hasTemplates, MOST_OUTPUT, renderAll, scopeOf, TemplateError } from './template.ts';

const scope = scopeOf(testTarget({}, { record: { amount: 5, tags: ['a', 'b'], nested: { deep: 'x' } } }));
const render = (text: string): string => renderAll(text, scope);

describe('renderAll', () => {
  it.each([
    ['{{ schedule.name }}', 'Nightly "sync"'],
    ['{{ run.attempt }}/{{ run.trigger }}', '2/SCHEDULE'],
    ['{{ customer_id }}', 'c-1'],
    ['{{ record.nested.deep }}{{ record["amount"] }}', 'x5'],
    ['{{ record.tags | join: "," | upcase }}', 'A,B'],
    ['{% for t in record.tags %}<{{ t }}>{% endfor %}', '<a><b>'],
    ['{{ record }}', '{"amount":5,"tags":["a","b"],"nested":{"deep":"x"}}'],
    ['{{ record.nested | json }}', '{"deep":"x"}'],
    ['[{{ nothing }}{{ record.nothing.at.all }}{{ schedule.external_id }}]', '[]'],
    ['{{ run.scheduled_for | date: "%Y-%m-%d %H:%M" }}', '2026-11-20 08:00'],
    ['{{ run.scheduled_for | date: "%H:%M", schedule.timezone }}', '09:00'],
    ['no template', 'no template'],
    ['{% assign a = record.amount | plus: 1 %}{{ a }}', '6'],
  ])('renders %s', (template, text) => {
    expect(render(template)).toBe(text);
  });

  it('renders the leaves of JSON and leaves keys and other values alone', () => {
    const value = { '{{ run.id }}': ['{{ run.attempt }}', 1, null, true, { a: 'x' }] };
    expect(renderAll(value, scope)).toEqual({ '{{ run.id }}': ['2', 1, null, true, { a: 'x' }] });
  });

  it('sees nothing but own properties', () => {
    expect(render('[{{ record.constructor }}{{ record.toString }}{{ record.__proto__.x }}{{ "a".constructor }}]')).toBe(
      '[]',
    );
  });

  it.each([
    [{ headers: { 'X-Id': '{{ 1 | foo }}' } }, 'headers.X-Id: undefined filter: foo (line 1, column 1)'],
    [{ body: [{ a: '\n {% if %}' }] }, /^body\.0\.a: /],
    [{ body: '{% include "x" %}' }, /^body: tag "include" not found/],
    [{ url: '{% render "/etc/passwd" %}' }, /^url: tag "render" not found/],
    [{ body: '{{ "now" | date: "%Y", "No/Zone" }}' }, /^body: .*No\/Zone/],
  ])('names the place of %j', (value, message) => {
    expect(() => renderAll(value, scope)).toThrow(TemplateError);
    expect(() => renderAll(value, scope)).toThrow(message);
  });
});

const loop = (text: string): string =>
  `{% for i in (1..1000) %}{% for j in (1..1000) %}${text}{% endfor %}{% endfor %}`;
const double = (text: string, times: number): string =>
  `{% assign a = "${text}" %}{% for i in (1..${times}) %}{% assign a = a | append: a %}{% endfor %}`;

describe('bounds', () => {
  it.each([
    [
      'a range',
      '{% for i in (1..100000000) %}x{% endfor %}',
      /^body: makes more than 1048576 characters and list items on its way; .* \(line 1, column 1\)$/,
    ],
    ['much output', loop('x'.repeat(1_000)), /makes more than|takes longer/],
    [
      'much output in a capture',
      `{% capture a %}${loop('x'.repeat(20_000))}{% endcapture %}{{ a | size }}`,
      /makes more than/,
    ],
    [
      'output past the cap',
      '{% for i in (1..1000) %}' + 'x'.repeat(300) + '{% endfor %}',
      /longer than 262144 characters/,
    ],
    ['doubling', double('abcdefgh', 40), /makes more than/],
    ['loops without output', loop('{% for k in (1..1000) %}{% endfor %}'), /takes longer|makes more than/],
    [
      'a nested expression',
      `{% assign a = (1..90000) %}{{ a | find_exp: "x", "a | find_exp: 'y', 'false'" }}`,
      /takes longer/,
    ],
    ['a long date format', `${double('%A', 15)}{{ "now" | date: a }}`, /takes longer/],
    ['a long property path', `${double('a.a', 15)}{{ (1..90000) | sort: a }}`, /takes longer|makes more than/],
    ['a long template', '{{ a }}'.repeat(20_000), /^body: is longer than 65536 characters, the most/],
  ])('stop %s', (_, template, message) => {
    expect(() => renderAll({ body: template }, scope)).toThrow(message);
    expect(() => renderAll({ body: template }, scope)).toThrow(/^body: /);
    // And the engine is none the worse for it.
    expect(render('{{ run.attempt | plus: 1 }}')).toBe('3');
  });

  it.each([
    ['a date format out of the data', '{{ "now" | date: record.format }}'],
    ['a date format behind a literal', '{{ "now" | date: "%Y" | date: record.format }}'],
    ['an expression in a string', '{{ record.list | find_exp: "x", "record.list | find_exp: \'y\', \'false\'" }}'],
    ['no space before the filter', '{{record.list|sort:record.path}}'],
    ['an odd space before the filter', '{{ record.list |\u180e\u2003sort: record.path }}'],
  ])('stop data that makes a short template slow: %s', (_, template) => {
    const record = {
      format: '%A'.repeat(100_000),
      path: 'a.'.repeat(20_000),
      list: Array.from({ length: 50_000 }, (__, i) => i),
    };
    expect(() => renderAll({ body: template }, scopeOf(testTarget({}, { record })))).toThrow(/^body: takes longer/);
  });

  it('stop many harmless templates over much data', () => {
    const big = scopeOf(testTarget({}, { record: { text: 'x'.repeat(200_000) } }));
    const body = Array.from({ length: 8_000 }, () => '{{ record.text | upcase | downcase | size }}');
    expect(() => renderAll({ body }, big)).toThrow('takes longer than 100 ms');
  });

  it('share one budget among all strings of a config', () => {
    const body = Array.from({ length: 5 }, () => '{{ record.long }}');
    const long = scopeOf(testTarget({}, { record: { long: 'x'.repeat(MOST_OUTPUT / 4) } }));
    expect(() => renderAll({ body }, long)).toThrow('body.4: the rendered text is longer than 262144 characters');
    expect(renderAll({ body: body.slice(1) }, long).body).toHaveLength(4);
  });

  it('refuse deep nesting', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(5_000)}"{{ run.id }}"${']'.repeat(5_000)}`);
    expect(() => renderAll({ body: [deep, '{{ run.id }}'] }, scope)).toThrow('nested deeper than 64 levels');
    expect(checkTemplates({ body: deep })).toMatchObject([
      { type: 'too_deep', msg: 'is nested deeper than 64 levels' },
    ]);
  });
});

describe('checkTemplates', () => {
  it('finds every problem with its path', () => {
    const value = { url: 'https://x/{{ run.id }}', headers: { A: '{{ 1 | foo }}' }, body: [{ b: '{% if %}' }, '{{'] };
    const problems = checkTemplates(value);
    expect(problems.map(({ path }) => path)).toEqual([
      ['headers', 'A'],
      ['body', 0, 'b'],
      ['body', 1],
    ]);
    expect(problems.every(({ type, msg }) => type === 'template_error' && msg.length > 0)).toBe(true);
  });

  it('has nothing to say about good ones', () => {
    expect(checkTemplates({ a: ['{{ b | upcase }}', 'c'], d: 1, e: null })).toEqual([]);
  });
});

it('tells configs with templates from those without', () => {
  expect(hasTemplates({ a: ['{ {', '}}'], '{{ key }}': 1 })).toBe(false);
  expect(hasTemplates({ a: [{ b: 'x {% y' }] })).toBe(true);
});

it('goes on after more templates than the cache holds', () => {
  for (let i = 0; i < 2_100; i++) expect(render(`${i}{{ run.attempt }}`)).toBe(`${i}2`);
  expect(render('0{{ run.attempt }}')).toBe('02');
});
