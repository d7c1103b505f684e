// Configurations as real Keras writes them, made comparable with ours.

/** What only Keras writes, and files need not have; we read files that hold it. */
const FOREIGN: ReadonlySet<string> = new Set([
  'build_config',
  'jit_compile', // what it made of 'auto'
  'optional',
  'quantization_config',
  'shared_object_id',
  'synchronized',
]);

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** The same configuration without what only Keras has, and with numbers as float32, as it keeps some. */
export function comparable(saved: unknown): unknown {
  if (typeof saved === 'number') return Math.fround(saved);
  if (Array.isArray(saved)) return saved.map(comparable);
  if (typeof saved !== 'object' || saved === null) return saved;
  const entries = Object.entries(saved).filter(
    ([key, value]) => !FOREIGN.has(key) && !(key === 'compile_config' && isEmpty(value)),
  );
  return Object.fromEntries(entries.map(([key, value]) => [key, comparable(value)]));
}
