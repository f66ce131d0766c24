import 'mantine-datatable/styles.css';
import { DataTable, type DataTableProps } from 'mantine-datatable';

/** A table with our look: hairlines, dense rows, a page at a time. It is as fast with a hundred thousand rows as with ten. */
export function Table<T>(props: DataTableProps<T>) {
  return (
    <DataTable
      withTableBorder
      borderRadius="lg"
      borderColor="var(--hc-line)"
      rowBorderColor="var(--hc-line)"
      highlightOnHover
      verticalSpacing={7}
      horizontalSpacing="sm"
      fz="md"
      minHeight={160}
      styles={{ header: { background: 'var(--hc-sunken)', fontSize: 12, color: 'var(--mantine-color-dimmed)' } }}
      {...props}
    />
  );
}
