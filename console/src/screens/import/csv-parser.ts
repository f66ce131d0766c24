import './csv-buffer.ts';
export { CsvError, parse } from 'csv-parse/stream';
