// Boxes of text and the edges between them as a picture: plain SVG text. Kernels of a compiled function
// and layers of a model are drawn with it; layered-layout.ts says where everything lies.
import { at } from '../core/sequence.js';
import { type Box, type Edge, layeredLayout, type Place } from './layered-layout.js';

const LINE_HEIGHT = 15;
const PADDING = 8;
/** Width of a letter of the font below, in pixels. */
const LETTER = 7;
/** Letters of a line; what is longer is cut. */
export const LONGEST_LINE = 44;

/** A box to be drawn. */
export interface Picture {
  readonly lines: readonly string[];
  readonly fill: string;
  /** Radius of the corners, in pixels. */
  readonly round: number;
}

function boxOf({ lines }: Picture): Box {
  const longest = Math.max(...lines.map((line) => Math.min(line.length, LONGEST_LINE)));
  return {
    width: longest * LETTER + 2 * PADDING,
    height: lines.length * LINE_HEIGHT + 2 * PADDING,
  };
}

function escaped(text: string): string {
  const short = text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE - 1)}…` : text;
  return short.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** `x` is the middle of the box, `y` its upper side. */
function drawBox({ lines, fill, round }: Picture, box: Box, { x, y }: Place): string {
  const texts = lines.map((line, index) => {
    const baseline = y + PADDING + (index + 0.75) * LINE_HEIGHT;
    return `<text x="${x}" y="${baseline}">${escaped(line)}</text>`;
  });
  const { width, height } = box;
  return [
    `<rect x="${x - width / 2}" y="${y}" width="${width}" height="${height}" rx="${round}" fill="${fill}"/>`,
    ...texts,
  ].join('');
}

/** A curve that leaves and enters along the direction of the drawing. */
function drawPath(points: readonly Place[], sideways: boolean): string {
  const [start] = points;
  if (start === undefined) return '';
  const spell = ({ x, y }: Place): string => (sideways ? `${y} ${x}` : `${x} ${y}`);
  const curves = points.slice(1).map((end, index) => {
    const begin = at(points, index);
    const middle = (begin.y + end.y) / 2;
    const bends = [{ x: begin.x, y: middle }, { x: end.x, y: middle }, end];
    return `C${bends.map(spell).join(' ')}`;
  });
  return `<path d="M${spell(start)}${curves.join('')}"/>`;
}

/**
 * The picture of some boxes, as the text of an SVG file. Edges lead from boxes of lower numbers to
 * higher ones: downwards, or to the right where it is drawn `sideways`.
 */
export function drawBoxes(
  pictures: readonly Picture[],
  edges: readonly Edge[],
  sideways = false,
): string {
  const boxes = pictures.map(boxOf);
  // A drawing to the right is one downwards of boxes that lie on their sides.
  const laid = boxes.map((box) => (sideways ? { width: box.height, height: box.width } : box));
  const drawing = layeredLayout(laid, edges);
  const [width, height] = sideways
    ? [drawing.height, drawing.width]
    : [drawing.width, drawing.height];
  const placeOf = (index: number): Place => {
    const { x, y } = at(drawing.places, index);
    const box = at(boxes, index);
    return sideways ? { x: y + box.width / 2, y: x - box.height / 2 } : { x, y };
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    '<defs><marker id="arrow" viewBox="0 0 6 6" refX="6" refY="3" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0L6 3L0 6z" fill="#666"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    '<g fill="none" stroke="#666" marker-end="url(#arrow)">',
    ...drawing.paths.map((path) => drawPath(path, sideways)),
    '</g>',
    '<g font-family="monospace" font-size="11.5" text-anchor="middle" stroke-width="0.5">',
    ...pictures.map((picture, index) => drawBox(picture, at(boxes, index), placeOf(index))),
    '</g>',
    '</svg>',
  ].join('\n');
}
