import type { EntityDefinition, EntityRecord } from '@hydracore/client';
import { Text } from '@mantine/core';
import type { DataTableColumn } from 'mantine-datatable';
import { Instant } from '../../show/instant.tsx';
import { Link } from '../../show/links.tsx';
import styles from './records.module.css';
import { valueWords } from './values.ts';

/** More fields than that are on the record's own page. */
const MOST_FIELDS = 6;
const MIDDLE = '(min-width: 48em)';
const WIDE = '(min-width: 75em)';

/** The columns of the records: their ids and their first fields. */
export function columnsOf(definition: EntityDefinition): DataTableColumn<EntityRecord>[] {
  return [
    {
      accessor: 'external_id',
      title: 'Record',
      render: ({ id, external_id }) => (
        <Text component="div" truncate className={styles.id ?? ''}>
          <Link
            to="/entities/$definitionId/records/$recordId"
            params={{ definitionId: definition.id, recordId: id }}
            c="var(--mantine-color-text)"
            fw={550}
          >
            {external_id ?? id}
          </Link>
        </Text>
      ),
    },
    ...definition.fields.slice(0, MOST_FIELDS).map(({ name, type }, place): DataTableColumn<EntityRecord> => {
      const media = place === 0 ? undefined : place < 3 ? MIDDLE : WIDE;
      return {
        accessor: `data.${name}`,
        title: name,
        ...(media !== undefined && { visibleMediaQuery: media }),
        ...(type === 'NUMBER' && { textAlign: 'right' as const }),
        render: ({ data }) => (
          <span className={styles.cell} title={valueWords(data[name])}>
            {valueWords(data[name])}
          </span>
        ),
      };
    }),
    {
      accessor: 'updated_at',
      title: 'Changed',
      width: 120,
      visibleMediaQuery: MIDDLE,
      render: ({ updated_at }) => <Instant at={updated_at} as="relative" />,
    },
  ];
}
