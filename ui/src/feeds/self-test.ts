import type { Codec } from "./frame";
import { avcCodecString } from "./h264";

/** One key frame each, 64 × 64 pixels of one colour. Some systems claim codecs that they cannot decode. */
const KEY_FRAMES: Record<Codec, string> = {
  h264: "AAAAAWdCwArZBCbARAAAAwAEAAADAAg8SJkgAAAAAWjLg8sgAAABZYiEBXxGKAAKtMcAATUo4AAk2ycnJ1111111111114A=",
  vp8: "0AMAnQEqQABAAABHCIWFiJmEiAICAnWqA/gD+AIHGk/ILUhMAVYwAP77sCv/ftLg/cf/Tb/7dmmMfv7kwA==",
};

/** Whether this computer really decodes the codec. */
export async function decodes(codec: Codec): Promise<boolean> {
  const bytes = Uint8Array.from(atob(KEY_FRAMES[codec]), (char) => char.charCodeAt(0));
  let pictures = 0;
  let failed = false;
  try {
    const decoder = new VideoDecoder({
      output: (picture) => {
        pictures += 1;
        picture.close();
      },
      error: () => {
        failed = true;
      },
    });
    decoder.configure({
      codec: codec === "vp8" ? "vp8" : (avcCodecString(bytes) ?? ""),
      optimizeForLatency: true,
    });
    decoder.decode(new EncodedVideoChunk({ type: "key", timestamp: 0, data: bytes }));
    await decoder.flush();
    decoder.close();
  } catch {
    return false;
  }
  return pictures === 1 && !failed;
}
