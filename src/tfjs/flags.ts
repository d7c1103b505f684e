// tf.env and its flags. They choose among implementations there; here they are noted and change nothing.

/** A setting. */
export type FlagValue = number | boolean | string;

/** Flags by name. */
export class Environment {
  readonly #flags = new Map<string, FlagValue>();

  /** Notes a flag. */
  set(name: string, value: FlagValue): void {
    this.#flags.set(name, value);
  }

  /** What was noted, or false. */
  get(name: string): FlagValue {
    return this.#flags.get(name) ?? false;
  }

  async getAsync(name: string): Promise<FlagValue> {
    return this.get(name);
  }

  getBool(name: string): boolean {
    return Boolean(this.get(name));
  }

  getNumber(name: string): number {
    return Number(this.get(name));
  }

  getString(name: string): string {
    return String(this.get(name));
  }

  getFlags(): Record<string, FlagValue> {
    return Object.fromEntries(this.#flags);
  }

  setFlags(flags: Readonly<Record<string, FlagValue>>): void {
    for (const [name, value] of Object.entries(flags)) this.set(name, value);
  }

  reset(): void {
    this.#flags.clear();
  }
}

export const ENV = /* @__PURE__ */ new Environment();

/** The flags. */
export function env(): Environment {
  return ENV;
}

/** Notes the flag PROD; there are no slower checks to turn off. */
export function enableProdMode(): void {
  ENV.set('PROD', true);
}

/** Notes a flag; nothing here is deprecated. */
export function disableDeprecationWarnings(): void {
  ENV.set('DEPRECATION_WARNINGS_ENABLED', false);
}

/** Which TensorFlow.js the names and answers are those of. */
export const version = { tfjs: '4.22.0', 'tfjs-core': '4.22.0', 'tfjs-layers': '4.22.0' } as const;
export const version_core = version['tfjs-core'];
export const version_layers = version['tfjs-layers'];
