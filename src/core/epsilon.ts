// Keras's fuzz factor, below ops, losses, metrics and layers alike. A constant, not a setting of the
// whole process as `keras.config.set_epsilon`: what may differ takes it as an option.

/** What keeps logarithms and divisions finite: the default of `keras.config.epsilon()`. */
export const EPSILON = 1e-7;
