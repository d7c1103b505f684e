// ContrastLimitedAdaptiveHistogramEqualization: levels of colour made equally frequent tile by tile.
import { ArgumentError } from '../../../core/errors.js';
import { at, product } from '../../../core/sequence.js';
import type { Tensor } from '../../../core/tensor.js';
import {
  add,
  arange,
  bincount,
  cast,
  clip,
  concat,
  cumsum,
  div,
  equal,
  floor,
  gather,
  minimum,
  mul,
  pad,
  reshape,
  sub,
  sum,
  where,
} from '../../../ops/index.js';
import { sliceAxis } from '../../../ops/slicing.js';
import { withDefaults } from '../../options.js';
import { toRange, valueRangeOf } from './factors.js';
import { IMAGE, ImageLayer, type ImageLayerOptions, imageConfig } from './image-layer.js';

const BYTES = [0, 255] as const;
const LEVELS = 256;

/** Options of {@link ContrastLimitedAdaptiveHistogramEqualization}. */
export interface ContrastLimitedAdaptiveHistogramEqualizationOptions extends ImageLayerOptions {
  /** The darkest and the brightest value of a colour. Default [0, 255]. */
  readonly valueRange?: readonly number[];
  /** How many times its even share a level may count; 0 for no limit. Default 4. */
  readonly clipLimit?: number;
  /** Tiles down and across. Default [8, 8]. */
  readonly tileGridSize?: readonly number[];
}

const DEFAULTS: Required<
  Pick<
    ContrastLimitedAdaptiveHistogramEqualizationOptions,
    'valueRange' | 'clipLimit' | 'tileGridSize'
  >
> = { valueRange: BYTES, clipLimit: 4, tileGridSize: [8, 8] };

function configOf(options: ContrastLimitedAdaptiveHistogramEqualizationOptions) {
  const where = 'ContrastLimitedAdaptiveHistogramEqualization';
  const config = withDefaults(where, { ...IMAGE, ...DEFAULTS }, [], options);
  const [down = 0, across = 0, ...rest] = config.tileGridSize;
  if (rest.length > 0 || ![down, across].every((count) => Number.isInteger(count) && count > 0)) {
    throw new ArgumentError({
      where,
      what: 'tileGridSize is no number of tiles',
      expected: 'two whole numbers above 0, down and across',
      received: JSON.stringify(config.tileGridSize),
      fix: 'write tileGridSize: [8, 8]',
    });
  }
  const valueRange = valueRangeOf(where, config.valueRange);
  return imageConfig(where, { ...config, valueRange, tileGridSize: [down, across] as const });
}

/** How images are cut into tiles. */
interface Grid {
  readonly batch: number;
  readonly channels: number;
  readonly down: number;
  readonly across: number;
  readonly tileHeight: number;
  readonly tileWidth: number;
}

/** Weights of the tiles before and behind each pixel of one axis, and their numbers. */
function neighbours(tiles: number, tileSize: number) {
  const places = arange(0, tiles * tileSize, 1, 'float32');
  // Counted from the middle of a tile that is added in front.
  const position = add(div(sub(places, tileSize / 2), tileSize), 1);
  const before = floor(position);
  const number = (x: Tensor): Tensor => cast(clip(x, 0, tiles + 1), 'int32');
  const weight = sub(position, before);
  return [
    { tile: number(before), weight: sub(1, weight) },
    { tile: number(add(before, 1)), weight },
  ];
}

/** The first and last tile of an axis once more at its ends. */
function withEdges(x: Tensor, axis: number): Tensor {
  const last = at(x.shape, axis) - 1;
  return concat([sliceAxis(x, axis, 0, 1), x, sliceAxis(x, axis, last, 1)], axis);
}

/**
 * Makes levels of colour about equally frequent in each of a grid of tiles, and mixes the tables of
 * neighbouring tiles so that no borders show (Pizer et al. 1987; Zuiderveld 1994). No level counts
 * more than `clipLimit` times its even share, so that noise in plain parts is not blown up. It acts
 * in training and inference, and keeps the dtype of images. Images of a size that is no multiple of
 * the grid are mirrored at their ends.
 *
 * @example
 * ```ts
 * import { layers, ones } from 'keratin';
 * const layer = layers.contrastLimitedAdaptiveHistogramEqualization({ tileGridSize: [2, 2] });
 * console.log(layer.apply(ones([2, 8, 8, 3])).shape); // [ 2, 8, 8, 3 ]
 * ```
 */
export class ContrastLimitedAdaptiveHistogramEqualization extends ImageLayer<
  ReturnType<typeof configOf>
> {
  static readonly className = 'ContrastLimitedAdaptiveHistogramEqualization';
  static readonly kerasModule = 'keras.layers';
  protected override readonly actsAlways = true;
  protected override readonly keepsDtype = true;

  constructor(options: ContrastLimitedAdaptiveHistogramEqualizationOptions = {}) {
    super(configOf(options));
  }

  protected override change(images: Tensor): Tensor {
    const { valueRange, tileGridSize } = this.config;
    const [down, across] = tileGridSize;
    const [batch = 0, height = 0, width = 0, channels = 0] = images.shape;
    const [tileHeight, tileWidth] = [Math.ceil(height / down), Math.ceil(width / across)];
    const [below, right] = [tileHeight * down - height, tileWidth * across - width];
    const colours = toRange(cast(images, 'float32'), valueRange, BYTES);
    const whole = pad(
      colours,
      [
        [0, 0],
        [0, below],
        [0, right],
        [0, 0],
      ],
      { mode: 'symmetric' },
    );
    const levels = cast(clip(whole, 0, 255), 'int32');
    const grid = { batch, channels, down, across, tileHeight, tileWidth };
    const equalized = mixed(levels, this.#tables(levels, grid), grid);
    const cut = sliceAxis(sliceAxis(equalized, 1, 0, height), 2, 0, width);
    return cast(toRange(cut, BYTES, valueRange), images.dtype);
  }

  /** New levels by old ones for each tile: `[n, down, across, c, 256]`. */
  #tables(levels: Tensor, grid: Grid): Tensor {
    const { batch, channels, down, across, tileHeight, tileWidth } = grid;
    const shape = [batch, down, across, channels, LEVELS];
    const tiled = reshape(levels, [batch, down, tileHeight, across, tileWidth, channels]);
    const numbers = reshape(arange(0, product(shape) / LEVELS), [
      batch,
      down,
      1,
      across,
      1,
      channels,
    ]);
    const places = reshape(add(mul(numbers, LEVELS), tiled), [-1]);
    const counts = cast(bincount(places, { size: product(shape) }), 'float32');
    const pixels = tileHeight * tileWidth;
    const upTo = cumsum(this.#limited(reshape(counts, shape), pixels), { axis: -1 });
    const first = sliceAxis(upTo, -1, 0, 1);
    const span = sub(pixels, first);
    const table = div(mul(sub(upTo, first), 255), where(equal(span, 0), 1, span));
    return clip(table, 0, 255);
  }

  /** What counts beyond the limit is spread over all levels. */
  #limited(counts: Tensor, pixels: number): Tensor {
    const { clipLimit } = this.config;
    if (clipLimit <= 0) return counts;
    const clipped = minimum(counts, (clipLimit * pixels) / LEVELS);
    const excess = sum(sub(counts, clipped), { axis: -1, keepDims: true });
    return add(clipped, div(excess, LEVELS));
  }
}

/** Each pixel's level looked up in the tables of the four tiles around it, weighed by distance. */
function mixed(levels: Tensor, tables: Tensor, grid: Grid): Tensor {
  const { batch, channels, down, across, tileHeight, tileWidth } = grid;
  const flat = reshape(withEdges(withEdges(tables, 1), 2), [-1]);
  const inRow = (across + 2) * channels * LEVELS;
  const images = reshape(mul(arange(0, batch), inRow * (down + 2)), [-1, 1, 1, 1]);
  const colours = mul(arange(0, channels), LEVELS);
  const start = add(add(images, colours), levels);
  const rows = neighbours(down, tileHeight).map(({ tile, weight }) => {
    const parts = neighbours(across, tileWidth).map((column) => {
      const place = add(
        mul(reshape(tile, [-1, 1, 1]), inRow),
        mul(reshape(column.tile, [-1, 1]), channels * LEVELS),
      );
      return mul(gather(flat, add(start, place)), reshape(column.weight, [-1, 1]));
    });
    return mul(sumOf(parts), reshape(weight, [-1, 1, 1]));
  });
  return sumOf(rows);
}

function sumOf(parts: readonly Tensor[]): Tensor {
  return parts.reduce((total, part) => add(total, part));
}
