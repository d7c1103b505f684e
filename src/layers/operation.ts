// Operation: one op as a node of a functional model. Keras writes `x * 2` and `relu(x)` on symbolic
// tensors as such nodes; models read from its files have them, and so have the methods of our
// symbolic tensors (symbolic-methods.ts). operation-table.ts says what each computes.
import { UnknownNameError } from '../core/errors.js';
import { toCamelCase } from '../core/names.js';
import type { Plain } from '../core/op.js';
import type { PlainConfig } from '../core/serialized.js';
import type { Tensor } from '../core/tensor.js';
import { isList } from '../core/tree.js';
import type { CallContext } from './call-context.js';
import { Layer } from './layer.js';
import {
  type OperationSettings,
  operationsOf,
  type Run,
  runOf,
  takesList,
} from './operation-table.js';
import type { LayerOptions } from './options.js';
import type { TensorTree } from './symbolic.js';

/** Whether Keras has ops in this module. */
export function isOperationModule(module: unknown): module is string {
  return typeof module === 'string' && module.startsWith('keras.src.ops.');
}

/** Options of an operation: Keras's name of the op and where it has it, and the op's options. */
export interface OperationOptions extends LayerOptions {
  readonly operation: string;
  readonly module: string;
  readonly options: OperationSettings;
}

/** One op in a functional model. As in Keras, where an op is no layer, a mask ends here. */
export class Operation extends Layer<OperationOptions> {
  override supportsMasking = true;
  readonly #run: Run;

  constructor(options: OperationOptions) {
    super(options);
    const run = runOf(options.module, options.operation);
    if (run === undefined) {
      throw new UnknownNameError({
        what: `the operation "${options.operation}" of ${options.module} is not supported`,
        expected: `one of ${operationsOf(options.module).join(', ')}`,
        received: `"${options.operation}"`,
        fix: 'save the model with a layer in its place',
      });
    }
    this.#run = run;
    this.buildOnce(() => {});
  }

  /** The name of the op: that is what summaries and files show. */
  override get className(): string {
    return this.config.operation;
  }

  override get kerasModule(): string {
    return this.config.module;
  }

  override getConfig(): PlainConfig {
    return { name: this.name, ...this.config.options };
  }

  override callArguments(inputs: unknown): readonly unknown[] {
    return takesList(this.config.operation) || !isList(inputs) ? [inputs] : inputs;
  }

  protected override computeMask(): undefined {
    return undefined;
  }

  protected override call(inputs: TensorTree, context: CallContext): Tensor {
    const { training: _, mask: __, ...named } = context;
    // Arguments that Keras's files give by name, such as what `pad` fills with.
    const options = { ...this.config.options, ...(named as OperationSettings) };
    return this.#run(this.callArguments(inputs), options);
  }
}

/** The operation that a Keras node describes. */
export function operationFrom(module: string, className: string, config: PlainConfig): Operation {
  const options: Record<string, Plain> = {};
  for (const [key, value] of Object.entries(config)) {
    if (key !== 'name') options[key === 'keepdims' ? key : toCamelCase(key)] = value;
  }
  const { name } = config;
  return new Operation({
    operation: className,
    module,
    options,
    ...(typeof name === 'string' ? { name } : {}),
  });
}
