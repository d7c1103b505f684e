// plotModel: a picture of a model as a file, drawn here (SVG) or to be drawn by Graphviz (DOT).
import { ArgumentError } from '../core/errors.js';
import type { Edge } from '../drawing/layered-layout.js';
import { drawBoxes, type Picture } from '../drawing/svg.js';
import { type FilePlace, nameOfPlace, writePlace } from '../files/places.js';
import type { AnyModel } from '../models/model.js';
import { type LayerBox, type ModelDrawing, modelDrawing } from '../models/model-drawing.js';
import { type DotOptions, modelToDot } from '../models/model-to-dot.js';

const FILLS = {
  plain: '#dcebfa',
  input: '#f4f4f4',
  trainable: '#e3f3da',
  frozen: '#fadcdc',
} as const;

function pictureOf(box: LayerBox, path: readonly string[]): Picture {
  const { className, name, activation, facts } = box;
  const title = name === undefined ? className : `${[...path, name].join('/')} (${className})`;
  const shown = facts.map(({ title: fact, value }) => (fact === '' ? value : `${fact}: ${value}`));
  const state = facts.find(({ kind }) => kind === 'trainable' || kind === 'frozen')?.kind;
  const isInput = className === 'InputLayer';
  const plain = isInput ? FILLS.input : FILLS.plain;
  return {
    lines: [title, ...(activation === undefined ? [] : [`Activation: ${activation}`]), ...shown],
    fill: state === 'trainable' || state === 'frozen' ? FILLS[state] : plain,
    round: isInput ? 12 : 3,
  };
}

/** Boxes of all groups, in an order in which edges lead forwards. */
class Sheet {
  readonly #boxes = new Map<number, Picture>();
  readonly #edges: (readonly [from: number, to: number])[] = [];

  constructor(drawing: ModelDrawing) {
    this.#take(drawing, []);
  }

  #take({ boxes, edges, groups }: ModelDrawing, path: readonly string[]): void {
    for (const box of boxes) this.#boxes.set(box.number, pictureOf(box, path));
    this.#edges.push(...edges);
    for (const group of groups) this.#take(group, [...path, group.name]);
  }

  /** Each box after those that feed it. Layers of a model feed each other in no circle. */
  #order(): number[] {
    const order = new Set<number>();
    const visit = (number: number): void => {
      if (order.has(number)) return;
      for (const [from, to] of this.#edges) if (to === number && from !== to) visit(from);
      order.add(number);
    };
    for (const number of this.#boxes.keys()) visit(number);
    return [...order];
  }

  svg(sideways: boolean): string {
    const order = this.#order().filter((number) => this.#boxes.has(number));
    const places = new Map(order.map((number, index) => [number, index]));
    const edges = this.#edges.flatMap(([from, to]): Edge[] => {
      const ends = [places.get(from), places.get(to)];
      return ends[0] === undefined || ends[1] === undefined || ends[0] >= ends[1]
        ? []
        : [{ from: ends[0], to: ends[1] }];
    });
    const pictures = order.flatMap((number) => this.#boxes.get(number) ?? []);
    return drawBoxes(pictures, edges, sideways);
  }
}

/**
 * Writes a picture of a model and gives its text: an SVG file, drawn here, or with the ending `.dot` or
 * `.gv` a Graphviz file (see `modelToDot`), from which its program makes other kinds:
 * `dot -Tpng model.dot -o model.png`. Names of layers are left out unless `showLayerNames` is true, as
 * in Keras. In SVG files layers of models inside are named by their paths, and `dpi` and `splines` do
 * nothing. The file is replaced as a whole or not at all.
 *
 * @throws ArgumentError for other endings; StateError for a model that is not built.
 * @example
 * ```ts
 * import { mkdir } from 'node:fs/promises';
 * import { layers, plotModel, Sequential } from 'keratin';
 * const model = new Sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })]);
 * await mkdir('output', { recursive: true });
 * const svg = await plotModel(model, 'output/model.svg', { showShapes: true });
 * console.log(svg.includes('Output shape: (None, 1)')); // true
 * ```
 */
export async function plotModel(
  model: AnyModel,
  place: FilePlace = 'model.svg',
  options: DotOptions = {},
): Promise<string> {
  const name = nameOfPlace(place);
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  if (!['svg', 'dot', 'gv'].includes(ending)) {
    throw new ArgumentError({
      where: 'plotModel',
      what: 'pictures of this kind cannot be written',
      expected: 'a name that ends with .svg, .dot or .gv',
      received: name.slice(-100),
      fix: 'write model.dot, then run: dot -Tpng model.dot -o model.png',
    });
  }
  const all = { showLayerNames: false, ...options };
  const dot = modelToDot(model, all);
  const sheet = ending === 'svg' ? new Sheet(modelDrawing('plotModel', model, all)) : undefined;
  const text = sheet?.svg(options.rankdir === 'LR') ?? dot;
  await writePlace(place, new TextEncoder().encode(text), true);
  return text;
}
