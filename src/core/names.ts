// How names are spelt: camelCase in TypeScript, snake_case in Keras's files and log keys.

/** `learningRate` -> `learning_rate`, `beta1` -> `beta_1`, `MeanSquaredError` -> `mean_squared_error`. */
export function toSnakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/([a-z]{2})(\d)/g, '$1_$2')
    .toLowerCase();
}

/** `learning_rate` -> `learningRate`, `beta_1` -> `beta1`; camelCase stays. */
export function toCamelCase(name: string): string {
  return name.replace(/(?<=[A-Za-z0-9])_+([A-Za-z0-9])/g, (_, letter: string) =>
    letter.toUpperCase(),
  );
}

/** The same name whatever its spelling: lower case without underscores, for looking names up. */
export function spellingFree(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}
