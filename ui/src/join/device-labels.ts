import type { Device } from "../contract/Device";
import { t } from "../text/text.svelte";

/** Synthetic devices have no name of the system: they are named by what they are. */
export function deviceLabel(device: Device): string {
  if (device.label) return device.label;
  return t().devices.synthetic[device.id] ?? (device.synthetic ? device.id : t().devices.unnamed);
}

/** A Bluetooth headset that sends our voice: Windows and PulseAudio say so in its name. */
export function isHandsFree({ label }: Device): boolean {
  return /hands-?\s?free|\b(?:HFP|HSP)\b/iu.test(label);
}
