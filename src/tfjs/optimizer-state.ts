// What optimizers of TensorFlow.js tell about themselves, and take back.
import { at } from '../core/sequence.js';
import type { Variable } from '../core/variable.js';
import { ArgumentError, optimizers, type Tensor } from '../index.js';
import { putMethods } from './prototypes.js';

/** A tensor and what it is called. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

declare module '../optimizers/optimizer.js' {
  interface Optimizer {
    /** The name of the class; `keratin/tfjs` only. */
    getClassName(): string;
    /** Steps done and what is kept for each weight; `keratin/tfjs` only. */
    getWeights(): Promise<NamedTensor[]>;
    /** Takes what `getWeights` of an optimizer of the same kind gave; `keratin/tfjs` only. */
    setWeights(values: readonly NamedTensor[]): Promise<void>;
    /** Changes the size of the steps; `keratin/tfjs` only. */
    setLearningRate(rate: number): void;
    /** Frees what is kept for the weights; `keratin/tfjs` only. */
    dispose(): void;
  }
}

/** Everything but the learning rate, which is an option there. */
function stateOf(optimizer: optimizers.Optimizer): Variable[] {
  return optimizer.variables.filter((variable) => variable !== optimizer.learningRate);
}

const METHODS = {
  getClassName(this: optimizers.Optimizer): string {
    if (this instanceof optimizers.SGD) return this.getConfig()['momentum'] ? 'Momentum' : 'SGD';
    return this.className === 'RMSprop' ? 'RMSProp' : this.className;
  },
  async getWeights(this: optimizers.Optimizer): Promise<NamedTensor[]> {
    return stateOf(this).map((variable) => ({
      name: variable === this.iteration ? 'iter' : variable.path,
      tensor: variable.value,
    }));
  },
  async setWeights(this: optimizers.Optimizer, values: readonly NamedTensor[]): Promise<void> {
    const state = stateOf(this);
    if (state.length !== values.length) {
      throw new ArgumentError({
        where: `${this.name}.setWeights`,
        what: 'the number of values is not the number of variables',
        expected: String(state.length),
        received: String(values.length),
        fix: 'train one step first, or give what getWeights of such an optimizer gave',
      });
    }
    for (const [index, variable] of state.entries()) {
      variable.assign(at(values, index).tensor.cast(variable.dtype));
    }
  },
  setLearningRate(this: optimizers.Optimizer, rate: number): void {
    this.learningRate = rate;
  },
  dispose(this: optimizers.Optimizer): void {
    for (const variable of stateOf(this)) variable.release();
  },
};

/** Hangs these methods on optimizers; tfjs/index.ts calls it once. */
export function installOptimizerState(): void {
  putMethods(optimizers.Optimizer.prototype, METHODS);
}
