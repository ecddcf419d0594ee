import { i420Bytes } from "./record";

/** A packed picture of 8-bit samples. */
export interface Packed {
  format: "I420" | "NV12" | "RGBA" | "BGRA";
  width: number;
  height: number;
  data: Uint8Array;
}

/**
 * Writes the picture into `out` as I420, {@link i420Bytes} long. Colours become limited-range BT.601, which is what
 * video encoders expect of pictures that say nothing else. Chroma is that of the first pixel of each two by two.
 */
export function toI420(picture: Packed, out: Uint8Array): void {
  switch (picture.format) {
    case "I420":
      out.set(picture.data.subarray(0, i420Bytes(picture.width, picture.height)));
      break;
    case "NV12":
      fromNv12(picture, out);
      break;
    case "RGBA":
      fromRgb(picture, out, 0, 2);
      break;
    case "BGRA":
      fromRgb(picture, out, 2, 0);
      break;
  }
}

function fromNv12({ width, height, data }: Packed, out: Uint8Array): void {
  const luma = width * height;
  const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
  out.set(data.subarray(0, luma));
  for (let at = 0; at < chroma; at += 1) {
    out[luma + at] = data[luma + 2 * at] ?? 128;
    out[luma + chroma + at] = data[luma + 2 * at + 1] ?? 128;
  }
}

function fromRgb({ width, height, data }: Packed, out: Uint8Array, red: number, blue: number): void {
  let y = 0;
  let u = width * height;
  let v = u + Math.ceil(width / 2) * Math.ceil(height / 2);
  let at = 0;
  for (let row = 0; row < height; row += 1) {
    const chromaRow = (row & 1) === 0;
    for (let column = 0; column < width; column += 1, at += 4) {
      const r = data[at + red] as number;
      const g = data[at + 1] as number;
      const b = data[at + blue] as number;
      out[y++] = (66 * r + 129 * g + 25 * b + 4224) >> 8;
      if (chromaRow && (column & 1) === 0) {
        out[u++] = (-38 * r - 74 * g + 112 * b + 32896) >> 8;
        out[v++] = (112 * r - 94 * g - 18 * b + 32896) >> 8;
      }
    }
  }
}

/** The largest size of the same shape that fits into 1280 × 720 (or 720 × 1280), with even sides. */
export function sendSize(width: number, height: number): { width: number; height: number } {
  const [long, short] = width >= height ? [width, height] : [height, width];
  const scale = Math.min(1, 1280 / long, 720 / short);
  const even = (side: number) => Math.max(2, Math.round((side * scale) / 2) * 2);
  return { width: even(width), height: even(height) };
}
