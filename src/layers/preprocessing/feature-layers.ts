// Two layers that Keras's FeatureSpace puts into models and files: features as they are, and all of
// them side by side. Users meet them in what `FeatureSpace.getEncodedFeatures` returns.
import type { Tensor } from '../../core/tensor.js';
import { cast } from '../../ops/index.js';
import { Layer } from '../layer.js';
import { Concatenate } from '../merge.js';
import type { LayerOptions } from '../options.js';
import { withDefaults } from '../options.js';

const MODULE = 'keras.src.layers.preprocessing.feature_space';

/** Numbers as they are, in the dtype of the layer. */
export class TFDIdentity extends Layer {
  static readonly className = 'TFDIdentity';
  static readonly kerasModule = MODULE;

  constructor(options: LayerOptions = {}) {
    super(withDefaults('TFDIdentity', {}, [], options));
    this.inputSpec = {};
  }

  protected override call(x: Tensor): Tensor {
    return cast(x, this.computeDtype);
  }
}

/** Features joined along an axis. */
export class TFDConcat extends Concatenate {
  static override readonly className = 'TFDConcat';
  static override readonly kerasModule = MODULE;
}
