/**
 * The only error that this folder throws on purpose: the text a person wrote is not a time, a zone or a pattern.
 *
 * `message` names the text at fault and what would be valid; `type` is stable snake_case for programs;
 * `field` is the request field to blame (`schedule_expression`, `timezone`, or what the caller of
 * {@link parseLocalOrInstant} passed, such as `start_at`).
 */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly type: string;
  readonly field: string;

  constructor(type: string, message: string, field = 'schedule_expression') {
    super(message);
    this.type = type;
    this.field = field;
  }
}
