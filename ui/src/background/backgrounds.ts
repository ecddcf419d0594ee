import type { Background } from "../contract/Background";

/** In the order of the tiles; the guest's own picture has a tile of another kind. */
export const CHOICES = ["none", "blur", "strongBlur", "dawn", "slate", "sand", "meadow"] as const satisfies readonly Background[];

/** Whether the camera is paused because what stands behind the guest could not be kept up. */
export function isPaused(code: string): boolean {
  return code.startsWith("effect.");
}
