import { expect, it } from 'vitest';
import { bodyOf, draftOf, placesOf, slugOf } from './draft.ts';

it.each([
  ['Open invoices', 'open-invoices'],
  ['  Verträge (2027)  ', 'vertrage-2027'],
  ['2027 goals', 'goals'],
  ['契約', ''],
])('the slug for %j is %j', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

it('sends rows that have a name, and knows whose problem is whose', () => {
  const row = (key: number, name: string) => ({ key, name, type: 'DATE' as const, required: key === 2 });
  const draft = { ...draftOf(), name: ' A ', slug: 'a', fields: [row(0, ''), row(1, ' x '), row(2, 'y')] };
  expect(bodyOf(draft)).toEqual({
    name: 'A',
    slug: 'a',
    fields: [
      { name: 'x', type: 'DATE', required: false },
      { name: 'y', type: 'DATE', required: true },
    ],
  });
  expect([...placesOf(draft.fields)]).toEqual([
    [1, 0],
    [2, 1],
  ]);
});
