/** The only way to the client: what it offers to everybody. */
export {
  ConnectionError,
  createClient,
  HydraCoreError,
  ValidationError,
  type ApiKey,
  type ApiKeyCreated,
  type Client,
  type EntityDefinition,
  type EntityRecordBulkResult,
  type FieldProblem,
  type Preview,
  type Run,
  type Schedule,
  type ServerEvent,
} from '../../client/src/index.ts';
