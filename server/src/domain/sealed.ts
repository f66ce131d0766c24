/** A secret as it is stored: encrypted by the vault (store/vault). No schema of an action takes an object where it stands. */
export interface Sealed {
  readonly $sealed: string;
}

/** Whether a value is an encrypted secret. */
export function isSealed(value: unknown): value is Sealed {
  return typeof value === 'object' && value !== null && '$sealed' in value && typeof value.$sealed === 'string';
}

declare const sealed: unique symbol;

/** An action's config, or an overlay of one, whose secrets are sealed: the only form that may be stored. */
export type SealedConfig = Readonly<Record<string, unknown>> & { readonly [sealed]: true };
