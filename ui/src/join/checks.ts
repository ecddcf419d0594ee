import { isPaused } from "../background/backgrounds";
import { NO_DEVICE } from "../call/picks";
import type { DeviceState } from "../contract/DeviceState";
import type { Text } from "../text/en";

/** What a lamp says. */
export type Check = keyof Text["checks"]["states"];

export function checkOf(state: DeviceState, device: { picked: string; found: boolean; heard?: boolean }): Check {
  switch (state.state) {
    case "failed":
      return state.code === "device.not_found" && !device.found ? "missing" : "failed";
    case "starting":
      return "starting";
    case "live":
      return device.heard ? "heard" : "good";
    case "off":
      return device.found || device.picked === NO_DEVICE ? "off" : "missing";
  }
}

/** What the guest can do about a device that does not work, by the system's own names. */
export function coachSteps({ coach, background }: Text, code: string, device: string, platform: string): string[] {
  if (code === "device.not_allowed") {
    const allow = coach.allow[platform as keyof typeof coach.allow] ?? coach.allow.linux;
    return allow(device);
  }
  if (isPaused(code)) return background.steps;
  if (code === "device.busy") return coach.busy;
  if (code === "device.not_found" || code === "device.lost") return coach.missing;
  return coach.other;
}
