// Boxes: formats in any spelling, there and back, and what is refused.
import { describe, expect, it } from 'vitest';
import { boundingBoxes, tensor } from '../../src/index.js';

const boxes = [
  [1, 2, 5, 8],
  [0, 0, 3, 1],
];

describe('bounding boxes', () => {
  it.each([
    'yxyx',
    'xywh',
    'centerXywh',
    'center_yxhw',
    'relXyxy',
    'relYxyx',
    'rel_xywh',
    'relCenterXywh',
  ] as const)('go to %s and back', async (format) => {
    const size = { height: 8, width: 16 };
    const there = boundingBoxes.convertFormat(boxes, 'xyxy', format, size);
    const back = boundingBoxes.convertFormat(there, format, 'xyxy', size);
    expect(await back.array()).toEqual(boxes);
  });

  it('come back from their differences to anchors', async () => {
    const options = {
      anchorFormat: 'xyxy',
      boxFormat: 'xywh',
      encodedFormat: 'centerXywh',
    } as const;
    const anchors = [
      [0, 0, 4, 4],
      [1, 1, 2, 3],
    ];
    const deltas = boundingBoxes.encodeBoxToDeltas(anchors, boxes, options);
    const back = await boundingBoxes.decodeDeltasToBoxes(anchors, deltas, options).data();
    for (const [place, value] of back.entries()) {
      expect(value).toBeCloseTo(boxes.flat()[place] ?? Number.NaN, 5);
    }
  });

  it('say what does not fit', () => {
    const { convertFormat, clipToImageSize, affineTransform, computeIou, computeCiou } =
      boundingBoxes;
    expect(() => convertFormat([[1, 2, 3]], 'xyxy', 'xywh')).toThrow(/no boxes/);
    expect(() => convertFormat(boxes, 'xyxy', 'xyyx' as 'yxyx')).toThrow(/bounding box format/);
    expect(() => convertFormat(boxes, 'xyxy', 'relXyxy', { height: 3 })).toThrow(/width not given/);
    const given = { boxes: tensor(boxes), labels: tensor([1, 2]) };
    expect(() => clipToImageSize(given)).toThrow(/size of the image/);
    expect(() => affineTransform(boxes, { height: 3, width: 3 })).toThrow(/batches/);
    expect(() => computeIou([1, 2, 3, 4], boxes, 'xyxy')).toThrow(/one image or for several/);
    expect(() => computeIou(boxes, boxes, 'relXyxy')).toThrow(/imageShape/);
    expect(() => computeCiou(boxes, boxes, 'relXyxy')).toThrow(/relative/);
    const variance = { anchorFormat: 'xyxy', boxFormat: 'xyxy', variance: [1] } as const;
    expect(() => boundingBoxes.encodeBoxToDeltas(boxes, boxes, variance)).toThrow(/variance/);
    const encoded = { ...variance, variance: undefined, encodedFormat: 'xyxy' as 'centerXywh' };
    expect(() => boundingBoxes.decodeDeltasToBoxes(boxes, boxes, encoded)).toThrow(
      /encoded format/,
    );
  });
});
