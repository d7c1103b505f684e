// The names of TensorFlow.js and ours: the entry keratin/tfjs has them, so that users change an import.
import { readFileSync } from 'node:fs';
import * as tfjs from '../../src/tfjs/index.js';

type Table = (head: readonly string[], rows: readonly (readonly string[])[]) => string;

/** What the oracle wrote down of TensorFlow.js itself (tools/oracle/tensorflow-js-calls.mjs). */
interface Recorded {
  readonly version: string;
  readonly names: readonly string[];
  readonly methods: readonly string[];
  readonly cases: readonly { readonly call?: string; readonly method?: string }[];
}

const FILE = '../../test/golden/tensorflow-js-calls.json';

/** Names of the Layers API that are properties without being listed by the module itself. */
const UNLISTED =
  `Callback CallbackList CustomCallback EarlyStopping History RNN Sequential SymbolicTensor
  train.sgd train.momentum train.rmsprop train.adam train.adadelta train.adamax train.adagrad
  metrics.categoricalCrossentropy`.split(/\s+/);

const ASYNC = 'the shape depends on values';
const TEXT = 'there are no tensors of text';

/** Names, or patterns of them, and why they are left out. */
const LEFT_OUT: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^string\./, TEXT],
  [/^sparse\.|^ragged/, 'there are no sparse or ragged tensors'],
  [/^(loadGraphModel|loadGraphModelSync|GraphModel)$/, 'TensorFlow graphs are not read'],
  [/^unique$/, `${ASYNC}: await uniqueAsync(x), of the main entry, whose values are in order`],
  [/^(dilation2d|maxPoolWithArgmax)$/, 'Keras has no such op'],
  [/^image\.transform$/, 'image.affineTransform and image.perspectiveTransform of the main entry'],
  [/^layers\.randomWidth$/, 'not in Keras 3: use randomZoom or resizing'],
  [/^data\.(microphone|webcam)$/, 'the Web Audio interface and a canvas give arrays'],
  [/^data\.(FileDataSource|TextLineDataset|URLDataSource)$/, 'data.csv takes addresses and files'],
  [/^(env|enableProdMode|disableDeprecationWarnings|removeBackend|findBackend)$/, 'no such flags'],
  [/^enableDebugMode$/, 'checkNumerics(body) of the main entry'],
  [/^disposeVariables$/, 'variables belong to who made them, and are freed with them'],
  [/^x\.(fft|ifft|rfft|irfft)$/, 'complex tensors are pairs here: tf.fft(pair)'],
  [/^x\.(bytes|dataToGPU)$/, 'await x.data() gives a typed array'],
  [/^x\.isDisposed$/, 'a property of each tensor'],
  [/^x\.unique$/, `${ASYNC}: await uniqueAsync(x)`],
  [/^x\.dilation2d$/, 'Keras has no such op'],
];

/** A name of TensorFlow.js: whether the entry has it, and whether its answers are compared. */
export interface TensorFlowName {
  readonly theirs: string;
  readonly isHere: boolean;
  readonly isTested: boolean;
  /** Why it is missing. */
  readonly note: string;
}

function recorded(): Recorded {
  return JSON.parse(readFileSync(new URL(FILE, import.meta.url), 'utf8')) as Recorded;
}

function has(owner: unknown, path: string): boolean {
  const found = path
    .split('.')
    .reduce<unknown>((value, name) => Reflect.get(Object(value), name), owner);
  return found !== undefined;
}

function reasonFor(path: string): string {
  return LEFT_OUT.find(([pattern]) => pattern.test(path))?.[1] ?? 'not yet';
}

/** All names; methods of tensors as `x.name`. */
export function tensorFlowNames(): TensorFlowName[] {
  const { names, methods, cases } = recorded();
  const calls = new Set(cases.map(({ call, method }) => call ?? `x.${method}`));
  const all = [...new Set([...names, ...UNLISTED])].sort();
  const name = (theirs: string, isHere: boolean): TensorFlowName => ({
    theirs,
    isHere,
    isTested: isHere && calls.has(theirs),
    note: isHere ? '' : reasonFor(theirs),
  });
  // Properties and abstract methods stand on no prototype that could be asked.
  const own = methods.filter((method) => !['dispose', 'isDisposed', 'rank'].includes(method));
  return [
    ...all.map((theirs) => name(theirs, has(tfjs, theirs))),
    ...own.map((method) => name(`x.${method}`, method in tfjs.Tensor.prototype)),
  ];
}

/** The namespace of a name: `tf.image` of `image.transform`. */
function spaceOf(theirs: string): string {
  if (theirs.startsWith('x.')) return 'methods of tensors';
  return theirs.includes('.') ? `tf.${theirs.slice(0, theirs.indexOf('.'))}` : 'tf';
}

/** What differs although the name is there. */
const DIFFERENCES = `* \`model.predict\`, \`model.evaluate\` and \`model.evaluateDataset\` are asynchronous: \`await\` them. The
  latter two give losses and metrics by name, not as a list of scalars.
* A complex tensor is a pair \`[real, imaginary]\`.
* \`x.argMax()\` without an axis looks at all elements, as in Keras; \`tf.argMax(x)\` along the first axis.
* \`dataSync\` and \`arraySync\` work where memory can be seen, not on a GPU.
* Random numbers are Keratin's own: the same seed gives other numbers.
* \`model.save\` writes model.json for addresses and handlers, files of Keras for other names;
  \`loadLayersModel\` opens both. What TensorFlow.js lacks (layers, options, optimizers) is refused when
  it is saved as model.json. Weights of text and complex weights are not read.
* \`hardSigmoid\` in model.json is that of TensorFlow.js, \`clip(0.2 x + 0.5, 0, 1)\`; given as an option
  here it is Keras 3's. \`layers.lstm\` and \`layers.gru\` have Keras 3's defaults: give
  \`resetAfter: false\` to a \`gru\` that is to be saved as model.json.
* \`tf.io.moveModel\` removes a model after it was copied, not before.
* Identifiers of activations, losses and metrics are the same texts; for \`gelu_new\` write \`gelu\`
  with \`approximate\`.`;

/** The part of the page about TensorFlow.js. */
export function tensorFlowJsTables(table: Table): string {
  const names = tensorFlowNames();
  const here = names.filter(({ isHere }) => isHere);
  const spaces = [...new Set(names.map(({ theirs }) => spaceOf(theirs)))];
  const rows = spaces.map((space) => {
    const inside = names.filter(({ theirs }) => spaceOf(theirs) === space);
    const present = inside.filter(({ isHere }) => isHere);
    const tested = inside.filter(({ isTested }) => isTested).length;
    const last = (theirs: string): string => `\`${theirs.slice(theirs.lastIndexOf('.') + 1)}\``;
    return [
      space,
      `${present.length} of ${inside.length}`,
      String(tested),
      present.map(({ theirs }) => last(theirs)).join(' '),
    ];
  });
  const missing = names.filter(({ isHere }) => !isHere);
  const reasons = [...new Set(missing.map(({ note }) => note))].map((reason) => [
    missing
      .filter(({ note }) => note === reason)
      .map(({ theirs }) => `\`${theirs.startsWith('x.') ? theirs : `tf.${theirs}`}\``)
      .join(' '),
    reason,
  ]);
  return `## TensorFlow.js

\`import * as tf from 'keratin/tfjs'\` has the names of TensorFlow.js ${recorded().version} with its argument orders:
${here.length} of ${names.length}. *Compared* counts those whose answers to calls are held against
[its own](../test/golden/tensorflow-js-calls.json); further tests are in \`test/tensorflow-js\`.

${table(['namespace', 'here', 'compared', 'names'], rows)}

Left out:

${table(['names', 'why'], reasons)}

What differs although the name is here:

${DIFFERENCES}`;
}
