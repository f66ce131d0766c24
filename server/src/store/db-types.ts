import pg from 'pg';

const TIMESTAMPTZ = 1184;
const INT8 = 20;

// Instants are epoch milliseconds in memory. The session's zone is UTC, so the text is `2026-11-23 20:14:18.123+00`.
export const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === TIMESTAMPTZ) {
      return (text: string) =>
        text === 'infinity' ? Number.POSITIVE_INFINITY : Date.parse(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`);
    }
    if (oid === INT8) return Number;
    return pg.types.getTypeParser(oid, format);
  },
};
