import pg from 'pg';
import { readTimestamp } from './instants.ts';

const TIMESTAMPTZ = 1184;
const INT8 = 20;

// Instants are epoch milliseconds in memory; the session's zone is UTC.
export const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === TIMESTAMPTZ) return readTimestamp;
    if (oid === INT8) return Number;
    return pg.types.getTypeParser(oid, format);
  },
};
