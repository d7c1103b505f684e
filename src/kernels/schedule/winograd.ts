// Convolutions by windows of 3 x 3 with 16 products for 4 results instead of 36: the minimal
// filtering F(2 x 2, 3 x 3) of Winograd 1980, as in Lavin & Gray 2016 ("Fast Algorithms for
// Convolutional Neural Networks"). Writes a sum of products as several; engines/graph decides which.
import { layoutOf } from '../../core/layout.js';
import { at, range } from '../../core/sequence.js';
import * as k from '../ir/build.js';
import { denseElementOf, flatPosition, position } from '../ir/define.js';
import { type Axis, type Expr, F32, type ReadExpr } from '../ir/expr.js';
import { rewriteAll } from '../ir/expr-walk.js';
import type { Compute, Output } from '../ir/kernel.js';
import { total } from './axes.js';
import { packedElement, panelWidth } from './packed-columns.js';
import type { Target } from './target.js';
import {
  FILTER,
  type Grid,
  gridOf,
  INPUT,
  OUTPUT,
  PLACES,
  RESULTS,
  TILE,
  transformed,
  turned,
} from './tile-transforms.js';
import { type Slide, WINDOW, type Windowed } from './windowed.js';

const extentsOf = (axes: readonly Axis[]): number[] => axes.map(({ extent }) => extent);

const flatLayout = (elements: number) => layoutOf('float32', [elements]);

function readAt(input: number, element: Expr): ReadExpr {
  return { kind: 'read', type: F32, input, at: [element] };
}

/** Puts expressions in the place of positions along axes. */
function placed(places: ReadonlyMap<Axis, Expr>): (expr: Expr) => Expr {
  return rewriteAll((node) => (node.kind === 'axis' ? (places.get(node.axis) ?? node) : node));
}

function flatOutput(elements: number, element: Expr, value: Expr): Output {
  return { output: 0, dtype: 'float32', shape: [elements], over: [], at: [element], value };
}

function mapOf(
  inputs: Compute['inputs'],
  axes: readonly Axis[],
  outputs: readonly Output[],
): Compute {
  return { kind: 'compute', inputs, axes, stages: [], outputs };
}

/** A map with one output for each place of a tile. */
function placesOf(
  inputs: Compute['inputs'],
  axes: readonly Axis[],
  elements: number,
  grid: Grid,
  elementOfPlace: (place: number) => Expr,
): Compute {
  const outputs = grid
    .flat()
    .map((value, place) => flatOutput(elements, elementOfPlace(place), value));
  return mapOf(inputs, axes, outputs);
}

/** The second factor of the products: filters, or gradients of results, for each place of a tile. */
interface RightFactor {
  /** What products are summed over. */
  readonly steps: readonly Axis[];
  readonly elements: number;
  /** Where a place's element for a step and a filter lies. */
  element(place: Expr): Expr;
  /** The kernel that writes values, one for each place, given in terms of steps and filters. */
  write(inputs: Compute['inputs'], grid: Grid): Compute;
}

/** In panels, as products would pack it, where whole panels fit; else in rows. */
function rightFactor(
  steps: readonly Axis[],
  filters: readonly Axis[],
  width: number | undefined,
): RightFactor {
  const [filter, ...others] = filters;
  const elements = PLACES * total(steps) * total(filters);
  const isWhole = width !== undefined && filter !== undefined && filter.extent % width === 0;
  if (!isWhole || others.length > 0) {
    const axes = [...steps, ...filters];
    const element = (place: Expr): Expr =>
      k.add(k.mul(place, k.size(total(axes))), flatPosition(axes));
    const write: RightFactor['write'] = (inputs, grid) =>
      placesOf(inputs, axes, elements, grid, (place) => element(k.i32(place)));
    return { steps, elements, element, write };
  }
  const packing = { panels: filter.extent / width, steps: total(steps), width };
  const [panel, lane]: [Axis, Axis] = [{ extent: packing.panels }, { extent: width }];
  const inPanels = [position(panel), position(lane)] as const;
  const whole = position(filter);
  const parts = [k.idiv(whole, k.i32(width)), k.rem(whole, k.i32(width))] as const;
  const column = k.add(k.mul(position(panel), k.i32(width)), position(lane));
  const toPanels = placed(new Map([[filter, column]]));
  return {
    steps,
    elements,
    element: (place) => packedElement(packing, place, parts, flatPosition(steps)),
    write: (inputs, grid) =>
      placesOf(
        inputs,
        [panel, ...steps, lane],
        elements,
        grid.map((row) => row.map(toPanels)),
        (place) => packedElement(packing, k.i32(place), inPanels, flatPosition(steps)),
      ),
  };
}

/** The kernels of a convolution, in the order in which they run. */
export interface TiledConvolution {
  /** The input with its padding, from the inputs of the convolution. */
  readonly padded: Compute;
  /** Tiles of the padded input, transformed. */
  readonly inputTiles: Compute;
  /** Windows, or tiles of the results' gradient, transformed; from the convolution's inputs. */
  readonly otherTiles: Compute;
  /** From the two above: sums over channels (or over tiles), for each place in a tile. */
  readonly products: Compute;
  /** From the inputs of the convolution and, behind them, the products. */
  readonly results: readonly Compute[];
  /** Elements of padded input, input tiles, other tiles and products. */
  readonly elements: readonly [number, number, number, number];
}

/** Tiles along an axis of results: so many from one on, each with so many results. */
interface Span {
  readonly from: number;
  readonly tile: Axis;
  readonly results: number;
}

/** Number of tiles along an axis of results. */
const tilesAlong = ({ result }: Slide): number => Math.ceil(result.extent / RESULTS);

/** Writes the kernels of one convolution. */
class Tiling {
  readonly #tiles: readonly Axis[];
  /** Sizes of the padded input along the axes that slide. */
  readonly #padded: readonly number[];
  /** The second factor of the products, and how it lies in memory. */
  readonly #right: RightFactor;

  constructor(
    private readonly conv: Windowed,
    width: number | undefined,
  ) {
    this.#tiles = conv.slides.map((slide): Axis => ({ extent: tilesAlong(slide) }));
    this.#padded = this.#tiles.map(({ extent }) => extent * RESULTS + WINDOW - 1);
    const { samples, channels, filters, sumsResults } = conv;
    const steps = sumsResults ? [...samples, ...this.#tiles] : channels;
    this.#right = rightFactor(steps, filters, width);
  }

  write(): TiledConvolution {
    const { samples, channels, filters, sumsResults } = this.conv;
    const tiles = total(samples) * total(this.#tiles);
    const [height, width] = [at(this.#padded, 0), at(this.#padded, 1)];
    return {
      padded: this.#padding(),
      inputTiles: this.#inputTiles(),
      otherTiles: sumsResults ? this.#gradientTiles() : this.#filterTiles(),
      products: this.#products(),
      results: sumsResults ? [this.#windows()] : this.#results(),
      elements: [
        total(samples) * height * width * total(channels),
        PLACES * tiles * total(channels),
        this.#right.elements,
        PLACES * (sumsResults ? total(channels) : tiles) * total(filters),
      ],
    };
  }

  #padding(): Compute {
    const { compute, input, slides, samples, channels } = this.conv;
    const places = this.#padded.map((extent): Axis => ({ extent }));
    const map = new Map<Axis, Expr>();
    let inside: Expr = k.bool(true);
    slides.forEach(({ result, step, backwards }, index) => {
      const place = position(at(places, index));
      map.set(result, place).set(step, k.i32(backwards ? WINDOW - 1 : 0));
      // Where results end within a tile, the tile reaches past what windows may see.
      const reach = result.extent + WINDOW - 1;
      if (reach < at(this.#padded, index)) inside = k.and(inside, k.lt(place, k.size(reach)));
    });
    const axes = [...samples, ...places, ...channels];
    const value = placed(map)(input);
    const guarded = inside.kind === 'const' ? value : k.select(inside, value, k.f32(0));
    return mapOf(compute.inputs, axes, [flatOutput(total(axes), flatPosition(axes), guarded)]);
  }

  #inputTiles(): Compute {
    const { samples, channels } = this.conv;
    const extents = [...extentsOf(samples), ...this.#padded, ...extentsOf(channels)];
    const read = (...inTile: number[]): Expr => {
      const places = this.#tiles.map((tile, index) =>
        k.add(k.mul(position(tile), k.i32(RESULTS)), k.i32(at(inTile, index))),
      );
      const positions = [...samples.map(position), ...places, ...channels.map(position)];
      return readAt(0, denseElementOf(extents, positions));
    };
    const axes = [...samples, ...this.#tiles, ...channels];
    const elements = extents.reduce((product, extent) => product * extent, 1);
    const grid = transformed(INPUT, gridOf(TILE, read));
    return placesOf([flatLayout(elements)], axes, PLACES * total(axes), grid, (place) =>
      k.add(k.size(place * total(axes)), flatPosition(axes)),
    );
  }

  /** The steps of the window at places, which count in the direction in which the input moves. */
  #stepsAt(places: readonly number[]): Map<Axis, Expr> {
    return new Map(
      this.conv.slides.map(({ step, backwards }, index) => {
        const place = at(places, index);
        return [step, k.i32(backwards ? WINDOW - 1 - place : place)];
      }),
    );
  }

  #filterTiles(): Compute {
    const { compute, other } = this.conv;
    const window = gridOf(WINDOW, (...places) => placed(this.#stepsAt(places))(other));
    return this.#right.write(compute.inputs, transformed(FILTER, window));
  }

  /** Tiles of the gradient of results; 0 where results end within a tile. */
  #gradientTiles(): Compute {
    const { compute, other, slides } = this.conv;
    const tile = gridOf(RESULTS, (...results) => {
      const map = new Map<Axis, Expr>();
      let inside: Expr = k.bool(true);
      slides.forEach(({ result }, index) => {
        const first = k.mul(position(at(this.#tiles, index)), k.i32(RESULTS));
        const place = k.add(first, k.i32(at(results, index)));
        map.set(result, place);
        const whole = result.extent % RESULTS === 0;
        if (!whole) inside = k.and(inside, k.lt(place, k.size(result.extent)));
      });
      const value = placed(map)(other);
      return inside.kind === 'const' ? value : k.select(inside, value, k.f32(0));
    });
    return this.#right.write(compute.inputs, transformed(turned(OUTPUT), tile));
  }

  #products(): Compute {
    const { samples, channels, filters, sumsResults } = this.conv;
    const place: Axis = { extent: PLACES };
    const tiles = [...samples, ...this.#tiles];
    const left = [place, ...tiles, ...channels];
    const made = [place, ...(sumsResults ? channels : tiles), ...filters];
    const right = readAt(1, this.#right.element(position(place)));
    const sum: Expr = { kind: 'stage', type: F32, stage: 0 };
    return {
      kind: 'compute',
      inputs: [flatLayout(total(left)), flatLayout(this.#right.elements)],
      axes: made,
      stages: [
        { over: this.#right.steps, by: 'sum', body: k.mul(readAt(0, flatPosition(left)), right) },
      ],
      outputs: [flatOutput(total(made), flatPosition(made), sum)],
    };
  }

  /** Reads of the products at each place of a tile; `input` holds them, `element` within a place. */
  #sums(elements: number, element: Expr): Grid {
    const input = this.conv.compute.inputs.length;
    return gridOf(TILE, (row, column) =>
      readAt(input, k.add(k.size((row * TILE + column) * elements), element)),
    );
  }

  /** One kernel for whole tiles, and one for each side at which results end within a tile. */
  #results(): Compute[] {
    const [rows, columns] = this.conv.slides.map((slide) => this.#spans(slide));
    if (rows === undefined || columns === undefined) return [];
    return rows.flatMap((row) => columns.map((column) => this.#resultsIn([row, column])));
  }

  #spans({ result }: Slide): Span[] {
    const whole = Math.floor(result.extent / RESULTS);
    const rest = result.extent - whole * RESULTS;
    const spans = [{ from: 0, tile: { extent: whole }, results: RESULTS }];
    if (rest > 0) spans.push({ from: whole, tile: { extent: 1 }, results: rest });
    return spans;
  }

  #resultsIn(spans: readonly [Span, Span]): Compute {
    const { compute, slides, samples, filters } = this.conv;
    const tiles = spans.map(({ from, tile }) => k.add(position(tile), k.size(from)));
    const made = [...samples, ...this.#tiles, ...filters];
    const positions = [...samples.map(position), ...tiles, ...filters.map(position)];
    const element = denseElementOf(extentsOf(made), positions);
    const values = transformed(OUTPUT, this.#sums(total(made), element));
    const [rows, columns] = spans;
    const outputs = range(rows.results).flatMap((row) =>
      range(columns.results).flatMap((column) => {
        const places = [row, column].map((result, index) =>
          k.add(k.mul(at(tiles, index), k.i32(RESULTS)), k.i32(result)),
        );
        const map = new Map(slides.map(({ result }, index) => [result, at(places, index)]));
        return this.#finished(map, at(at(values, row), column));
      }),
    );
    const axes = compute.axes.map((axis) => {
      const index = slides.findIndex(({ result }) => result === axis);
      return index < 0 ? axis : at(spans, index).tile;
    });
    return mapOf([...compute.inputs, flatLayout(PLACES * total(made))], axes, outputs);
  }

  /** The gradient of filters: all steps of the window at once. */
  #windows(): Compute {
    const { compute, channels, filters } = this.conv;
    const axes = [...channels, ...filters];
    const elements = total(axes);
    const values = transformed(turned(FILTER), this.#sums(elements, flatPosition(axes)));
    const outputs = range(WINDOW).flatMap((row) =>
      range(WINDOW).flatMap((column) =>
        this.#finished(this.#stepsAt([row, column]), at(at(values, row), column)),
      ),
    );
    const kept = compute.axes.filter((axis) => axes.includes(axis));
    return mapOf([...compute.inputs, flatLayout(PLACES * elements)], kept, outputs);
  }

  /** The convolution's outputs where `places` says, with what follows the sum. */
  #finished(places: ReadonlyMap<Axis, Expr>, sum: Expr): Output[] {
    const change = rewriteAll((node) => {
      if (node.kind === 'stage') return sum;
      return node.kind === 'axis' ? (places.get(node.axis) ?? node) : node;
    });
    return this.conv.compute.outputs.map((output) => ({
      ...output,
      at: output.at.map(change),
      value: change(output.value),
    }));
  }
}

/** The kernels that together do what the convolution does. */
export function tiledConvolution(conv: Windowed, target: Target): TiledConvolution {
  return new Tiling(conv, panelWidth(target)).write();
}

/**
 * What one core of 2024 does in a nanosecond: floating-point operations of products for each lane, as
 * long as lanes pay, and bytes of everything else. Only the ratio matters.
 */
const OPERATIONS_PER_LANE = 12.5;
const MOST_LANES = 8;
const BYTES = 10;

/**
 * How many times faster tiles are than the plain sum. Tiles of a filter that stays from run to run
 * cost nothing.
 */
export function gainOfTiles(conv: Windowed, target: Target, filterStays: boolean): number {
  const { slides, samples, channels, filters } = conv;
  const [c, f] = [total(channels), total(filters)];
  const results = total(slides.map(({ result }) => result)) * total(samples);
  const tiles = total(samples) * slides.reduce((product, slide) => product * tilesAlong(slide), 1);
  const operations = OPERATIONS_PER_LANE * Math.min(target.lanes, MOST_LANES);
  const plain = (2 * results * WINDOW * WINDOW * c * f) / operations;
  const products = (2 * tiles * PLACES * c * f) / operations;
  // What is written is read again: tiles of both sides of results, the padded input, the window's.
  const moved = 2 * (PLACES * tiles * (c + f) + RESULTS * RESULTS * tiles * c);
  const window = filterStays ? 0 : 3 * PLACES * c * f;
  return plain / (products + (4 * (moved + window)) / BYTES);
}
