import { expect, it } from 'vitest';
import { operationWords, queryOf, readAuditFilter } from './audit-filter.ts';

it('reads addresses, and asks by the API’s names', () => {
  const filter = readAuditFilter({
    operation: 'createApiKey',
    target: 't',
    outcome: 'DENIED',
    from: 'x',
    page: 2,
    more: 1,
  });
  expect(filter).toEqual({ operation: 'createApiKey', target: 't', outcome: 'DENIED', page: 2 });
  expect(queryOf({ ...filter, to: '2027-03-01T09:00Z' })).toEqual({
    operation: 'createApiKey',
    target_id: 't',
    outcome: 'DENIED',
    to: '2027-03-01T09:00:00.000Z',
    limit: 50,
    offset: 50,
  });
});

it('writes operations as words', () => {
  expect(operationWords('putEntityRecords')).toBe('put entity records');
});
