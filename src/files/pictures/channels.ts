// Pictures with other channels: grey, colour, opacity. After decoding, before tensors.
import type { Channels, Picture } from './picture.js';

/** Luma of ITU-R BT.601 in 16-bit fixed point, rounded: the grey of Pillow, which Keras uses. */
function greyOf(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}

function toGrey({ data, channels, width, height }: Picture): Uint8Array {
  const grey = new Uint8Array(width * height);
  for (let pixel = 0; pixel < grey.length; pixel++) {
    const at = pixel * channels;
    grey[pixel] = greyOf(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0);
  }
  return grey;
}

function toColour({ data, channels, width, height }: Picture, wanted: 3 | 4): Uint8Array {
  const colour = new Uint8Array(width * height * wanted);
  const step = channels === 1 ? 0 : 1;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = pixel * channels;
    const to = pixel * wanted;
    for (let channel = 0; channel < 3; channel++) {
      colour[to + channel] = data[from + channel * step] ?? 0;
    }
    if (wanted === 4) colour[to + 3] = 255;
  }
  return colour;
}

/** The same picture with other channels; opacity is dropped, not blended, as Pillow does. */
export function withChannels(picture: Picture, channels: Channels): Picture {
  if (picture.channels === channels) return picture;
  const data = channels === 1 ? toGrey(picture) : toColour(picture, channels);
  return { ...picture, channels, data };
}
