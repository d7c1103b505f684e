// ComposedImageLayer: the parent of layers that choose among other layers of images at random, and
// those layers by the names that Keras gives them.
import type { Tensor } from '../../../core/tensor.js';
import type { ShapeTree } from '../../symbolic.js';
import { RandomRotation, RandomShear, RandomTranslation } from './affine.js';
import { RandomBrightness, RandomColorDegeneration, RandomContrast } from './colors.js';
import { RandomPosterization, RandomSharpness, Solarization } from './effects.js';
import type { Range } from './factors.js';
import { AutoContrast, Equalization } from './histograms.js';
import { type ImageConfig, ImageLayer, type Transformation } from './image-layer.js';
import { joined } from './named-parts.js';

/** What the layers to choose from are made of. */
export interface ComposedConfig extends ImageConfig {
  readonly valueRange: Range;
  readonly factor: Range;
  readonly interpolation: 'nearest' | 'bilinear';
}

/** Makes a change of each kind. */
const CHANGES = {
  randomShear: ({ factor, ...rest }: ComposedConfig) =>
    new RandomShear({ xFactor: factor, yFactor: factor, ...moving(rest) }),
  randomTranslation: ({ factor, ...rest }: ComposedConfig) =>
    new RandomTranslation({ heightFactor: factor, widthFactor: factor, ...moving(rest) }),
  randomRotation: ({ factor, ...rest }: ComposedConfig) =>
    new RandomRotation({ factor, ...moving(rest) }),
  randomBrightness: ({ factor, ...rest }: ComposedConfig) =>
    new RandomBrightness({ factor, ...colouring(rest) }),
  randomColorDegeneration: ({ factor, ...rest }: ComposedConfig) =>
    new RandomColorDegeneration({ factor, ...colouring(rest) }),
  randomContrast: ({ factor, ...rest }: ComposedConfig) =>
    new RandomContrast({ factor, ...colouring(rest) }),
  randomSharpness: ({ factor, ...rest }: ComposedConfig) =>
    new RandomSharpness({ factor, ...colouring(rest) }),
  randomPosterization: ({ factor, ...rest }: ComposedConfig) =>
    new RandomPosterization({
      factor: Math.max(1, Math.trunc(8 * factor[1])),
      ...colouring(rest),
    }),
  solarization: ({ factor, ...rest }: ComposedConfig) =>
    new Solarization({ additionFactor: factor, thresholdFactor: factor, ...colouring(rest) }),
  autoContrast: (config: ComposedConfig) =>
    new AutoContrast({ valueRange: config.valueRange, ...formats(config) }),
  equalization: (config: ComposedConfig) =>
    new Equalization({ valueRange: config.valueRange, ...formats(config) }),
} as const;

type Rest = Omit<ComposedConfig, 'factor'>;

function formats({ dataFormat, boundingBoxFormat }: Rest) {
  return { dataFormat, boundingBoxFormat };
}

function moving(config: Rest) {
  const { interpolation, seed = null } = config;
  return { interpolation, seed, ...formats(config) };
}

function colouring(config: Rest) {
  const { valueRange, seed = null } = config;
  return { valueRange, seed, ...formats(config) };
}

/** The name of a kind of change. */
export type ChangeName = keyof typeof CHANGES;

type Change = ImageLayer<ImageConfig>;

/** A layer that chooses among layers `changes`, which it makes itself. */
export abstract class ComposedImageLayer<Config extends ComposedConfig> extends ImageLayer<Config> {
  protected override readonly movesPixels = true;
  /** In the order of their numbers. */
  protected readonly changes: ReadonlyMap<ChangeName, Change>;

  constructor(config: Config, names: readonly ChangeName[]) {
    super(config);
    this.changes = new Map(
      names.map((name): [ChangeName, Change] => [name, CHANGES[name](config)]),
    );
  }

  protected override build(inputShape: ShapeTree): void {
    super.build(inputShape);
    for (const change of this.changes.values()) change.ensureBuilt(inputShape);
  }

  /** What each of the changes draws, under `change.name`. */
  protected drawAll(images: Tensor): Transformation {
    const parts = [...this.changes].map(
      ([name, change]) => [name, change.getRandomTransformation(images)] as const,
    );
    return joined(parts);
  }
}
