// From a saved configuration to a schedule and back, in Keras's serialised form.
import { makersOf } from '../../core/constructors.js';
import {
  type CustomSettings,
  type SerializedObject,
  SettingFamily,
} from '../../core/serialized.js';
import { CosineDecay, CosineDecayRestarts } from './cosine.js';
import {
  ExponentialDecay,
  InverseTimeDecay,
  PiecewiseConstantDecay,
  PolynomialDecay,
} from './decays.js';
import { LearningRateSchedule } from './schedule.js';

/** All that Keras has, by name. */
export const family = new SettingFamily<LearningRateSchedule>(
  'learning rate schedule',
  'keras.optimizers.schedules',
  LearningRateSchedule,
  makersOf<LearningRateSchedule>([
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
    CosineDecay,
    CosineDecayRestarts,
  ]),
);

/** The schedule that a saved configuration describes. */
export function deserializeSchedule(
  saved: SerializedObject,
  custom: CustomSettings<LearningRateSchedule> = {},
): LearningRateSchedule {
  return family.get(saved, custom);
}

/** The schedule in Keras's serialised form. */
export function serializeSchedule(schedule: LearningRateSchedule): SerializedObject {
  return family.serialize(schedule);
}
