// What is tested against real Keras: the names that golden files hold cases of, each with the file.
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../test/golden/', import.meta.url);

type Record = Readonly<{ [key: string]: unknown }>;

/** Which key of a case names what is tested, and the module of Keras that it belongs to. */
const KEYS: Readonly<{ [key: string]: string }> = {
  layer: 'layers',
  loss: 'losses',
  metric: 'metrics',
  optimizer: 'optimizers',
  schedule: 'optimizers.schedules',
  initializer: 'initializers',
  regularizer: 'regularizers',
  constraint: 'constraints',
  callback: 'callbacks',
  function: 'activations',
  utility: 'utils',
  space: 'utils',
  dtypePolicy: 'dtype_policies',
  policyFunction: 'dtype_policies',
  saving: 'saving',
  setting: 'config',
  dataset: 'datasets',
};

/** Families of functions that live in modules of their own; all others in keras.ops. */
const OP_MODULES: Readonly<{ [family: string]: string }> = {
  image: 'ops.image',
  random: 'random',
  'bounding boxes': 'utils.bounding_boxes',
};

function isRecord(value: unknown): value is Record {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const name = isRecord(value) ? value['class_name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** Layers inside layers (wrappers, cells) and optimizers inside optimizers are tested with them. */
function innerNames(value: unknown, module: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => innerNames(item, module));
  if (!isRecord(value)) return [];
  const own = value['module'] === `keras.${module}` ? nameOf(value) : undefined;
  const inside = Object.values(value).flatMap((item) => innerNames(item, module));
  return [...(own === undefined ? [] : [`${module}.${own}`]), ...inside];
}

/** The names that one case tests, as `module.name`; `tests` of a case lists them itself. */
function namesIn(family: string, one: Record): string[] {
  const names = Object.entries(KEYS).flatMap(([key, module]) => {
    const name = nameOf(one[key]);
    return name === undefined ? [] : [`${module}.${name}`];
  });
  const kind = nameOf(one['model']);
  if (kind === 'Sequential') names.push('models.Sequential');
  if (kind === 'Functional') names.push('models.Model');
  const { tests } = one;
  if (Array.isArray(tests)) names.push(...tests.filter((name) => typeof name === 'string'));
  names.push(...innerNames(one['layer'], 'layers'), ...innerNames(one['optimizer'], 'optimizers'));
  const results = one['results'];
  const losses = Array.isArray(results) ? results.filter(isRecord) : [];
  for (const { loss } of losses) {
    const name = nameOf(loss);
    if (name !== undefined) names.push(`losses.${name}`);
  }
  const { op } = one;
  if (typeof op === 'string') {
    const module = family.startsWith('ops ') ? family.slice('ops '.length) : family;
    names.push(`${OP_MODULES[module] ?? 'ops'}.${op}`);
  }
  return names;
}

/** `module.name` of Keras -> the golden file that holds a case of it. */
export function goldenEvidence(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const content: unknown = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
    if (!isRecord(content) || !Array.isArray(content['cases'])) continue;
    const family = String(content['family']);
    for (const one of content['cases'].filter(isRecord)) {
      for (const name of namesIn(family, one)) if (!found.has(name)) found.set(name, file);
    }
  }
  // keras.preprocessing.image holds functions of keras.utils once more; one is there alone.
  for (const name of ['array_to_img', 'img_to_array', 'load_img', 'save_img', 'smart_resize']) {
    const file = found.get(`utils.${name}`);
    if (file !== undefined) found.set(`preprocessing.image.${name}`, file);
  }
  const padding = found.get('utils.pad_sequences');
  if (padding !== undefined) found.set('preprocessing.sequence.pad_sequences', padding);
  // keras.utils names some functions of keras.saving once more.
  for (const [name, file] of [...found]) {
    const again = name.replace(/^saving\./, 'utils.');
    if (!found.has(again)) found.set(again, file);
  }
  // The golden bytes of progress bars come from Keras's ProgbarLogger.
  found.set('callbacks.ProgbarLogger', 'progbar.json').set('utils.Progbar', 'progbar.json');
  return found;
}
