// How names are spelt, camelCase in TypeScript and snake_case in Keras's files and log keys; their order,
// and paths of them. First in the flow: imports nothing.

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

/** Surrogates stand for code points above all other units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The order of code points, which is Python's; JavaScript's own compares UTF-16 units. */
export function byCodePoint(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) {
    const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (one !== other) return rank(one) - rank(other);
  }
  return a.length - b.length;
}

/** The path of `name` inside of what lies at `path`; `` is the outermost. */
export function joinedPath(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`;
}
