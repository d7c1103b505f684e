// Names of metrics that are given none: what logs and histories call them.

import { describe, expect, it } from 'vitest';
import { metrics, type Tensor } from '../../src/index.js';

describe('a metric without a name', () => {
  it("is called by its class, in snake_case, as in Keras's logs", () => {
    class LargestValue extends metrics.Mean {
      override updateState(_yTrue: Tensor, yPred: Tensor): void {
        this.update(yPred.max());
      }
    }
    expect(new LargestValue().name).toBe('largest_value');
    expect(new metrics.OneHotMeanIoU({ numClasses: 2 }).name).toBe('one_hot_mean_io_u');
    expect(new metrics.FBetaScore().name).toBe('fbeta_score');
    expect(new metrics.F1Score().name).toBe('f1_score');
    expect(new metrics.LogCoshError().name).toBe('logcosh');
  });

  it('is called by its function where it wraps one', () => {
    const distance = (yTrue: Tensor, yPred: Tensor): Tensor => yPred.sub(yTrue).abs();
    class Distance extends metrics.MeanMetricWrapper {
      constructor() {
        super(distance);
      }
    }
    expect(new metrics.MeanMetricWrapper(distance).name).toBe('distance');
    expect(new metrics.MeanMetricWrapper((_, yPred) => yPred).name).toBe('metric');
    expect(new Distance().name).toBe('distance');
    expect(new metrics.MeanMetricWrapper(distance, { name: 'gap' }).name).toBe('gap');
  });
});
