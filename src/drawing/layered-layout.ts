// A layered drawing of a directed graph without cycles (Sugiyama, Tagawa and Toda 1981): every box
// lies below what leads to it, long edges pass through layers at places of their own, and boxes are
// ordered within layers so that few edges cross. svg.ts draws the result.
import { at } from '../core/sequence.js';

/** A box to be placed; sizes are in pixels. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

/** An edge between boxes, by their numbers. */
export interface Edge {
  readonly from: number;
  readonly to: number;
}

/** The middle of a box's upper side. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where everything lies. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly places: readonly Place[];
  /** The points that each edge passes, in the order of the edges. */
  readonly paths: readonly (readonly Place[])[];
}

const BETWEEN_LAYERS = 36;
const BETWEEN_BOXES = 18;
/** Room for an edge that passes through a layer. */
const LANE = 6;
const SWEEPS = 6;

/** A box, or the place where a long edge passes a layer. */
interface Slot {
  readonly width: number;
  readonly height: number;
  readonly layer: number;
  readonly above: Slot[];
  readonly below: Slot[];
  x: number;
  y: number;
}

/**
 * The length of the longest way to each box; edges must lead from lower to higher numbers. Boxes
 * that nothing leads to stand right above what they lead to, so that few edges are long.
 */
function layersOf(count: number, edges: readonly Edge[]): number[] {
  const layers = new Array<number>(count).fill(0);
  const sorted = [...edges].sort((a, b) => a.from - b.from);
  for (const { from, to } of sorted) layers[to] = Math.max(at(layers, to), at(layers, from) + 1);
  const isLedTo = new Set(edges.map(({ to }) => to));
  return layers.map((layer, box) => {
    if (isLedTo.has(box)) return layer;
    const after = edges.filter(({ from }) => from === box).map(({ to }) => at(layers, to));
    return after.length === 0 ? layer : Math.min(...after) - 1;
  });
}

/** The slots that an edge passes, its boxes included. */
function slotsOf(from: Slot, to: Slot, slots: Slot[]): readonly Slot[] {
  const passed = [from];
  for (let layer = from.layer + 1; layer < to.layer; layer++) {
    const lane = { width: LANE, height: 0, layer, above: [], below: [], x: 0, y: 0 };
    slots.push(lane);
    passed.push(lane);
  }
  passed.push(to);
  passed.forEach((slot, index) => {
    const next = passed[index + 1];
    if (next === undefined) return;
    slot.below.push(next);
    next.above.push(slot);
  });
  return passed;
}

function mean(slots: readonly Slot[], otherwise: number): number {
  if (slots.length === 0) return otherwise;
  return slots.reduce((sum, { x }) => sum + x, 0) / slots.length;
}

/** Puts the slots of a layer beside each other, in their order, around the middle. */
function spread(layer: readonly Slot[]): void {
  const total = layer.reduce((sum, { width }) => sum + width + BETWEEN_BOXES, -BETWEEN_BOXES);
  let x = -total / 2;
  for (const slot of layer) {
    slot.x = x + slot.width / 2;
    x += slot.width + BETWEEN_BOXES;
  }
}

/** Orders each layer by the mean place of its neighbours, downwards and upwards in turn. */
function order(layers: readonly Slot[][]): void {
  layers.forEach(spread);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) {
      const wanted = new Map(
        layer.map((slot) => [slot, mean(down ? slot.above : slot.below, slot.x)]),
      );
      layer.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
      spread(layer);
    }
  }
}

/** Places boxes and edges. Edges lead from boxes of lower numbers to higher ones. */
export function layeredLayout(boxes: readonly Box[], edges: readonly Edge[]): Drawing {
  const numbers = layersOf(boxes.length, edges);
  const own = boxes.map(
    ({ width, height }, index): Slot => ({
      width,
      height,
      layer: at(numbers, index),
      above: [],
      below: [],
      x: 0,
      y: 0,
    }),
  );
  const slots = [...own];
  const passed = edges.map(({ from, to }) => slotsOf(at(own, from), at(own, to), slots));
  const layers = Array.from({ length: Math.max(0, ...numbers) + 1 }, (): Slot[] => []);
  for (const slot of slots) at(layers, slot.layer).push(slot);
  order(layers);
  let y = BETWEEN_LAYERS / 2;
  for (const layer of layers) {
    for (const slot of layer) slot.y = y;
    y += Math.max(0, ...layer.map(({ height }) => height)) + BETWEEN_LAYERS;
  }
  const left = Math.min(0, ...slots.map((slot) => slot.x - slot.width / 2)) - BETWEEN_BOXES;
  const right = Math.max(0, ...slots.map((slot) => slot.x + slot.width / 2)) + BETWEEN_BOXES;
  const place = ({ x, y: top }: Slot, down: number): Place => ({ x: x - left, y: top + down });
  return {
    width: right - left,
    height: y - BETWEEN_LAYERS / 2,
    places: own.map((slot) => place(slot, 0)),
    paths: passed.map((path) =>
      path.map((slot, index) => place(slot, index === 0 ? slot.height : 0)),
    ),
  };
}
