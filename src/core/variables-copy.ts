// A copy of variables in host memory, to go back to. Callbacks and the trainer keep one.
import type { TypedArray } from './dtype.js';
import { currentEngine } from './engine.js';
import type { Variable } from './variable.js';

/** The values of some variables at one moment. */
export class VariablesCopy {
  private constructor(
    readonly variables: readonly Variable[],
    /** In the order of `variables`; half types as float32. */
    readonly values: readonly TypedArray[],
  ) {}

  /** All reads start at once, so that later changes are not seen. */
  static async of(variables: readonly Variable[]): Promise<VariablesCopy> {
    const values = await Promise.all(variables.map((variable) => variable.value.data()));
    return new VariablesCopy([...variables], values);
  }

  /** Puts the values back. */
  restore(): void {
    assignNumbers(this.variables, this.values);
  }
}

/** Assigns numbers from the host, one array for each variable. */
export function assignNumbers(
  variables: readonly Variable[],
  values: readonly ArrayLike<number>[],
): void {
  const engine = currentEngine();
  engine.scope(() => {
    variables.forEach((variable, index) => {
      const numbers = values[index];
      if (numbers !== undefined) variable.assign(engine.write(variable, numbers));
    });
  });
}
