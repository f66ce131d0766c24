import type { DataTableColumn } from 'mantine-datatable';
import { Table } from './table.tsx';

interface PagedProps<T> {
  readonly columns: DataTableColumn<T>[];
  readonly rows: readonly T[];
  readonly total: number;
  /** From 1. */
  readonly page: number;
  readonly size: number;
  readonly fetching: boolean;
  readonly onPage: (page: number) => void;
}

/** A table of which the server has the pages. */
export function Paged<T>({ columns, rows, total, page, size, fetching, onPage }: PagedProps<T>) {
  return (
    <Table<T>
      columns={columns}
      records={[...rows]}
      fetching={fetching}
      loadingText="Loading"
      page={page}
      onPageChange={onPage}
      totalRecords={total}
      recordsPerPage={size}
      paginationText={({ from, to, totalRecords }) => `${from}–${to} of ${totalRecords.toLocaleString('en')}`}
      getPaginationControlProps={(control) => ({ 'aria-label': `${control} page` })}
      noRecordsText=""
    />
  );
}
