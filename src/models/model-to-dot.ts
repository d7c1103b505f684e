// modelToDot: a model as the text of a Graphviz file, with the tables and colours of Keras.
import { unknownName } from '../core/errors.js';
import type { AnyModel } from './model.js';
import {
  type DrawingOptions,
  type Fact,
  type LayerBox,
  type ModelDrawing,
  modelDrawing,
} from './model-drawing.js';

/** Options of {@link modelToDot}. */
export interface DotOptions extends DrawingOptions {
  /** `TB` (default): from top to bottom; `LR`: from left to right. */
  readonly rankdir?: 'TB' | 'LR';
  /** Dots per inch of pictures that Graphviz makes. Default 200. */
  readonly dpi?: number;
  /** How edges are drawn: `ortho` (default), `curved`, `polyline`, `spline` or `line`. */
  readonly splines?: 'ortho' | 'curved' | 'polyline' | 'spline' | 'line';
}

const DIRECTIONS = ['TB', 'LR'];
const SPLINES = ['ortho', 'curved', 'polyline', 'spline', 'line'];

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

const COLORS: Readonly<Record<Fact['kind'], string | undefined>> = {
  shape: undefined,
  dtype: undefined,
  trainable: 'forestgreen',
  frozen: 'firebrick',
};

function cell({ kind, title, value }: Fact): string {
  const color = COLORS[kind];
  if (color !== undefined) {
    return `<td bgcolor="${color}"><font point-size="14" color="white"><b>${value}</b></font></td>`;
  }
  return `<td bgcolor="white"><font point-size="14">${title}: <b>${escaped(value)}</b></font></td>`;
}

/** The table that Graphviz draws for a layer. Graphviz reads it as HTML. */
function label({ className, name, activation, facts }: LayerBox, options: DotOptions): string {
  const { showShapes = false, showDtype = false, showTrainable = false } = options;
  const columns = Math.max(1, (showShapes ? 2 : 0) + Number(showDtype) + Number(showTrainable));
  const kind = escaped(className);
  const title = name === undefined ? `<b>${kind}</b>` : `<b>${escaped(name)}</b> (${kind})`;
  const rows = [
    `<tr><td colspan="${columns}" bgcolor="black"><font point-size="16" color="white">${title}</font></td></tr>`,
  ];
  if (activation !== undefined) {
    rows.push(
      `<tr><td bgcolor="white" colspan="${columns}"><font point-size="14">Activation: <b>${escaped(activation)}</b></font></td></tr>`,
    );
  }
  if (facts.length > 0) rows.push(`<tr>${facts.map(cell).join('')}</tr>`);
  return `<<table border="0" cellborder="1" bgcolor="black" cellpadding="10">${rows.join('')}</table>>`;
}

function linesOf(drawing: ModelDrawing, options: DotOptions): string[] {
  const { boxes, groups, edges } = drawing;
  const inside = groups.flatMap((group) => [
    `subgraph ${quoted(`cluster_${group.name}`)} {`,
    `style="dashed"; label=${quoted(group.name)}; labeljust="l";`,
    ...linesOf(group, options),
    '}',
  ]);
  return [
    ...boxes.map(
      (box) =>
        `${box.number} [label=${label(box, options)}, fontname="Helvetica", border="0", margin="0"];`,
    ),
    ...inside,
    ...edges.map(([from, to]) => `${from} -> ${to} [penwidth="2"];`),
  ];
}

/**
 * A model as the text of a Graphviz file (DOT), as Keras draws it: a table for each layer, an arrow
 * where a layer feeds another. A model whose class writes `call` is one box. `plotModel` writes it, or
 * an SVG picture, to a file.
 *
 * @throws StateError for a model that is not built.
 * @example
 * ```ts
 * import { layers, modelToDot, Sequential } from 'keratin';
 * const model = new Sequential([
 *   layers.input({ shape: [2] }),
 *   layers.dense({ units: 3 }),
 *   layers.dense({ units: 1 }),
 * ]);
 * console.log(modelToDot(model).includes('0 -> 1')); // true
 * ```
 */
export function modelToDot(model: AnyModel, options: DotOptions = {}): string {
  const { rankdir = 'TB', dpi = 200, splines = 'ortho' } = options;
  if (!DIRECTIONS.includes(rankdir))
    throw unknownName('rankdir', rankdir, DIRECTIONS, 'modelToDot');
  if (!SPLINES.includes(splines)) throw unknownName('splines', splines, SPLINES, 'modelToDot');
  const drawing = modelDrawing('modelToDot', model, options);
  return [
    `digraph ${quoted(model.name)} {`,
    `graph [rankdir=${rankdir}, concentrate=true, dpi=${Number(dpi)}, splines=${splines}];`,
    'node [shape="record"];',
    ...linesOf(drawing, options),
    '}',
    '',
  ].join('\n');
}
