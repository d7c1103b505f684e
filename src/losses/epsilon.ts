// Keras's fuzz factor (`keras.config.epsilon()`), which keeps logarithms and divisions finite.
export const EPSILON = 1e-7;
