/** H.264 pictures for tests, made with ffmpeg: access units in Annex B, the first of which is a key frame. */
import { execFileSync } from "node:child_process";

/** @returns {{ key: boolean, data: Buffer }[]} ten seconds at 30 pictures a second */
export function h264(width, height) {
  const stream = execFileSync(
    "ffmpeg",
    ["-v", "error", "-f", "lavfi", "-i", `testsrc2=size=${width}x${height}:rate=30`, "-t", "10", "-pix_fmt", "yuv420p"].concat(
      ["-c:v", "libx264", "-profile:v", "baseline", "-tune", "zerolatency", "-preset", "veryfast", "-b:v", "800k"],
      ["-x264-params", "aud=1:keyint=300:min-keyint=300:scenecut=0:slices=1", "-f", "h264", "pipe:1"],
    ),
    { maxBuffer: 64_000_000 },
  );
  const starts = [];
  for (let at = stream.indexOf("0000000109", 0, "hex"); at >= 0; at = stream.indexOf("0000000109", at + 4, "hex")) {
    starts.push(at);
  }
  return starts.map((start, index) => {
    const data = stream.subarray(start, starts[index + 1] ?? stream.length);
    return { key: data.includes(Buffer.from("0000000167", "hex")) || data.includes(Buffer.from("00000167", "hex")), data };
  });
}

/** A packed I420 picture: a grey that tells `luma`, and a bright bar that moves with `number`. */
export function i420(width, height, number, luma = 100) {
  const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
  const data = Buffer.alloc(width * height + 2 * chroma, luma);
  data.fill(128, width * height);
  const bar = ((number * 8) % height) * width;
  data.fill(220, bar, bar + 8 * width);
  return data;
}
