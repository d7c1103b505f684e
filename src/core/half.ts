// Conversion between float32 numbers and the two 16-bit storage formats, for reads and writes.
// IEEE 754 binary16, and bfloat16 = the upper half of binary32; both round to nearest even.

const scratchFloat = new Float32Array(1);
const scratchBits = new Uint32Array(scratchFloat.buffer);

function bitsOf(value: number): number {
  scratchFloat[0] = value;
  return scratchBits[0] ?? 0;
}

function fromBits(bits: number): number {
  scratchBits[0] = bits;
  return scratchFloat[0] ?? 0;
}

export function toBfloat16Bits(value: number): number {
  const bits = bitsOf(value);
  if ((bits & 0x7fffffff) > 0x7f800000) return 0x7fc0; // NaN stays NaN
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

export function fromBfloat16Bits(half: number): number {
  return fromBits((half << 16) >>> 0);
}

export function toFloat16Bits(value: number): number {
  const bits = bitsOf(value);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds to more than 65504
  if (magnitude < 0x38800000) {
    // Subnormal: adding 0.5 puts the rounding position of 2^-24 at the last bit of binary32.
    return sign | (bitsOf(Math.fround(fromBits(magnitude) + 0.5)) - 0x3f000000);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

export function fromFloat16Bits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const magnitude = half & 0x7fff;
  if (magnitude >= 0x7c00) return fromBits((sign | 0x7f800000 | ((magnitude & 0x3ff) << 13)) >>> 0);
  if (magnitude < 0x400) {
    const value = magnitude * 2 ** -24;
    return sign === 0 ? value : -value;
  }
  return fromBits((sign | ((magnitude << 13) + 0x38000000)) >>> 0);
}
