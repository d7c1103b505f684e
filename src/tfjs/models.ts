// tf.models.
export { modelFromJson as modelFromJSON } from '../index.js';
