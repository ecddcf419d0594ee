/** Devices: what there is, and what the page may see of it. */
import type { MediaDevice } from "../wire/contract";
import { queueTask } from "../wire/tasks";
import { capabilitiesOf, pictureAbility, soundAbility, type Ability } from "./constraints/ability";
import type { Constraints } from "./constraints/dictionary";
import { deviceInfo } from "./device-info";
import type { Engine } from "./engine";
import type { Grants } from "./permissions";

type DeviceKind = "audioinput" | "videoinput" | "audiooutput";

/** The order of `enumerateDevices()`. */
const KINDS: readonly DeviceKind[] = ["audioinput", "videoinput", "audiooutput"];

export class Devices {
  #engine: Engine;
  #grants: Grants;
  #all: MediaDevice[];

  constructor(engine: Engine, grants: Grants, all: MediaDevice[]) {
    this.#engine = engine;
    this.#grants = grants;
    this.#all = all;
    engine.wire.on("devices", ({ devices }) => {
      this.#all = devices;
      queueTask(() => navigator.mediaDevices.dispatchEvent(new Event("devicechange")));
    });
  }

  /** `enumerateDevices()`. */
  async enumerate(): Promise<MediaDeviceInfo[]> {
    const all = await this.#ask();
    return KINDS.flatMap((kind) => {
      const those = all.filter((device) => device.kind === kind);
      if (this.#exposed(kind)) return those.map((device) => deviceInfo(device, capabilities(device)));
      const hidden = { deviceId: "", kind, label: "", groupId: "", synthetic: false };
      return those.length > 0 ? [deviceInfo(hidden, kind === "audiooutput" ? null : {})] : [];
    });
  }

  /** Inputs that may serve, best first. Synthetic ones only if the constraints name them or there is no other. */
  async inputs(
    kind: "audioinput" | "videoinput",
    constraints: Constraints,
  ): Promise<{ source: MediaDevice; ability: Ability }[]> {
    const named = namedDevices(constraints);
    const those = (await this.#ask()).filter((device) => device.kind === kind);
    const none = those.every(({ synthetic }) => synthetic);
    return those
      .filter((device) => none || !device.synthetic || named.includes(device.deviceId))
      .map((source) => ({ source, ability: abilityOf(source) }));
  }

  async knowsSpeaker(id: string): Promise<boolean> {
    return (await this.speakers()).some(({ deviceId }) => deviceId === id);
  }

  async speakers(): Promise<MediaDevice[]> {
    return (await this.#ask()).filter(({ kind }) => kind === "audiooutput");
  }

  find(id: string | null | undefined): MediaDevice | undefined {
    return this.#all.find(({ deviceId }) => deviceId === id);
  }

  #exposed(kind: DeviceKind): boolean {
    const granted = (name: Parameters<Grants["state"]>[0]): boolean => this.#grants.state(name) === "granted";
    if (kind === "videoinput") return granted("camera");
    return granted("microphone") || (kind === "audiooutput" && granted("speaker-selection"));
  }

  async #ask(): Promise<MediaDevice[]> {
    try {
      const answer = await this.#engine.wire.request({ op: "devices" });
      if (typeof answer === "object" && "devices" in answer) this.#all = answer.devices;
    } catch {
      // What was known last is the best there is.
    }
    return this.#all;
  }
}

export function abilityOf(device: MediaDevice): Ability {
  return device.kind === "videoinput" ? pictureAbility(device) : soundAbility(device);
}

function capabilities(device: MediaDevice): MediaTrackCapabilities | null {
  return device.kind === "audiooutput" ? null : capabilitiesOf(abilityOf(device));
}

function namedDevices({ basic, advanced }: Constraints): string[] {
  return [basic, ...advanced].flatMap((set) => {
    const constraint = set.get("deviceId");
    return constraint?.type === "text" ? [...(constraint.exact ?? []), ...(constraint.ideal ?? [])] : [];
  });
}
