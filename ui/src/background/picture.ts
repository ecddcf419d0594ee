/** The size that cameras have: a background need not be larger. */
const WIDTH = 1280;
const HEIGHT = 720;
const QUALITY = 0.85;

/** Any picture that the page can show, as the base64 of a JPEG. Rejects if it cannot be read. */
export async function asJpeg(file: Blob): Promise<string> {
  const picture = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const paint = canvas.getContext("2d");
  if (!paint) throw new Error("no canvas");
  // It fills the background; what is too much is cut off at two sides.
  const scale = Math.max(WIDTH / picture.width, HEIGHT / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  paint.drawImage(picture, (WIDTH - width) / 2, (HEIGHT - height) / 2, width, height);
  picture.close();
  const [, base64 = ""] = canvas.toDataURL("image/jpeg", QUALITY).split(",");
  return base64;
}
