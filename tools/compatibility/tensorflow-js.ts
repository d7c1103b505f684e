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
  metrics.categoricalCrossentropy engine math.confusionMatrix serialization.registerClass version
  util.assert util.createShuffledIndices util.decodeString util.encodeString util.fetch util.flatten
  util.now util.shuffle util.shuffleCombo util.sizeFromShape`.split(/\s+/);

const TEXT =
  'there are no tensors of text: strings stay in arrays, and layers such as stringLookup take these';

/** Names, or patterns of them, and why they are left out. */
const LEFT_OUT: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^string\./, TEXT],
  [/^sparse\.|^ragged/, 'there are no sparse or ragged tensors'],
  [/^(loadGraphModel|loadGraphModelSync|GraphModel)$/, 'TensorFlow graphs are not read'],
  [/^layers\.randomWidth$/, 'not in Keras 3: use randomZoom or resizing'],
  [/^data\.(microphone|webcam)$/, 'the Web Audio interface and a canvas give arrays'],
  [/^data\.(FileDataSource|TextLineDataset|URLDataSource)$/, 'data.csv takes addresses and files'],
  [/^(removeBackend|findBackend)$/, 'devices are chosen with setBackend, and never removed'],
  [/^enableDebugMode$/, 'checkNumerics(body) of the main entry'],
  [/^x\.(fft|ifft|irfft)$/, 'complex tensors are pairs here: tf.fft(pair)'],
  [/^x\.(bytes|dataToGPU)$/, 'await x.data() gives a typed array'],
  [/^x\.isDisposed$/, 'a property of each tensor'],
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
const DIFFERENCES = `* There are no tensors of text: \`tf.tensor(['a', 'b'])\` is refused, with what to do instead.
* A complex tensor is a pair \`[real, imaginary]\`.
* Methods that tensors of the main entry have too mean the same in both: without an axis
  \`x.argMax()\`, \`x.argMin()\`, \`x.cumsum()\` and \`x.cumprod()\` look at all elements, as in Keras, and
  \`x.div\`, \`x.floorDiv\` and \`x.pow\` of whole numbers follow it. \`tf.argMax(x)\`, \`tf.div(x, y)\` and so on
  are those of TensorFlow.js.
* \`x.toString()\` names shape and dtype; \`x.print()\` and \`tf.print(x)\` print as TensorFlow.js does.
* \`dataSync\` and \`arraySync\` work where memory can be seen, not on a GPU.
* Arithmetic of truth values gives whole numbers; \`tf.selu\`, \`tf.softplus\`, \`tf.atan2\` and the like give
  fractions for whole numbers.
* Random numbers are Keratin's own: the same seed gives other numbers.
* A few functions (\`tf.gather\` of a list, \`tf.topk\`) leave more tensors than their results in memory until nobody
  can reach them, where \`tf.tidy\` does not free them.
* \`precision\` and \`recall\` as metrics of \`compile\` count over the whole epoch with a threshold of 0.5, as
  in Keras; TensorFlow.js averages those of batches, and counts predictions of exactly 1.
* \`layers.resizing\` and \`layers.upSampling2d\` interpolate between centres of pixels, as in Keras;
  \`tf.image.resizeBilinear\` is that of TensorFlow.js.
* \`image.transform\` moves every image of a batch; the CPU of TensorFlow.js leaves all but the first empty.
* As there, \`model.trainable = false\` freezes the weights of the model's own layers at once, in every model
  that uses them, but not those of models inside of it: a discriminator goes on with what lies in such a model.
  Where nothing is left to train, a step changes nothing; TensorFlow.js throws.
* \`model.save\` writes model.json for addresses and handlers, files of Keras for other names;
  \`loadLayersModel\` opens both. What TensorFlow.js lacks (layers, options, optimizers) is refused when
  it is saved as model.json. Weights of text and complex weights are not read.
* Flags of \`tf.env()\` are noted and change nothing.
* \`tf.io.moveModel\` removes a model after it was copied, not before.`;

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
