// The learning rate schedules by their public names.
export * from './cosine.js';
export * from './decays.js';
export { deserializeSchedule as deserialize, serializeSchedule as serialize } from './lookup.js';
export { LearningRateSchedule } from './schedule.js';
