import { JsonField } from './fields.tsx';
import { useConfig } from './use-config.ts';

/** UPDATE_ENTITY: sets fields of a record. */
export function UpdateEntityFields() {
  const { config, change } = useConfig();
  return (
    <>
      <JsonField
        path="action_config.set"
        label="Set"
        description='By field: {"status": "expired", "reminded_at": "$now", "reminders": {"$increment": 1}}. null clears.'
        value={config['set']}
        isObject
        rows={4}
        onChange={(set) => change({ set: set ?? {} })}
      />
      <JsonField
        path="action_config.record"
        label="Which record"
        description='Empty: the one that a run by a date in records is about. Another: {"entity_definition_id": "…", "external_id": "…"}'
        value={config['record']}
        isObject
        rows={2}
        onChange={(record) => change({ record })}
      />
    </>
  );
}
