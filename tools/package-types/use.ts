// What someone who installed the package writes: its declarations must hold all of it. Checked
// after the build, against dist, without skipping the library's own declarations.
import { losses, Sequential, type Tensor, tensor } from 'keratin';
import * as tf from 'keratin/tfjs';

const moved: Tensor = tensor([1, 2])
  .add(1)
  .relu()
  .matmul([[1], [2]]);
const model = new Sequential();
model.compile({ loss: new losses.MeanSquaredError(), optimizer: 'adam' });
const sums: readonly number[] = tf
  .tensor2d([[1, 2]])
  .sum(0, true)
  .asScalar().shape;
using freed: Tensor = moved.neg();
const theirs = tf.sequential();
const { modelArtifactsInfo } = await theirs.save('file://folder', {});
const size: number | undefined = modelArtifactsInfo.weightDataBytes;
await theirs.fitDataset(tf.data.array([1]).batch(1), { callbacks: { onEpochEnd: () => {} } });

export { freed, size, sums };
