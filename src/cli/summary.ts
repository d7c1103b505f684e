// `keratin summary FILE`: the table that model.summary() prints, of a saved model.
import { loadModel } from '../index.js';

export async function summary(file: string): Promise<void> {
  const model = await loadModel(file, { compile: false });
  model.summary();
}
