/** `MediaDeviceInfo` and `InputDeviceInfo`, which pages cannot construct. */
import type { MediaDevice } from "../wire/contract";
import { defineAttribute, defineGlobal, defineMethod } from "./patch";

interface Shown {
  device: MediaDevice;
  capabilities: MediaTrackCapabilities | null;
}

const infos = new WeakMap<object, Shown>();

/** What a page gets to see of a device. `capabilities` are for inputs. */
export function deviceInfo(device: MediaDevice, capabilities: MediaTrackCapabilities | null): MediaDeviceInfo {
  const prototype = capabilities ? inputPrototype() : MediaDeviceInfo.prototype;
  const info = Object.create(prototype) as MediaDeviceInfo;
  infos.set(info, { device, capabilities });
  return info;
}

function inputPrototype(): object {
  return InputDeviceInfo.prototype;
}

export function patchDeviceInfo(): void {
  const prototype = MediaDeviceInfo.prototype;
  for (const name of ["deviceId", "kind", "label", "groupId"] as const) {
    const native = Object.getOwnPropertyDescriptor(prototype, name)?.get;
    defineAttribute<MediaDeviceInfo, unknown>(prototype, name, (self) => {
      const shown = infos.get(self);
      return shown ? shown.device[name] : native?.call(self);
    });
  }
  const toJson = prototype.toJSON;
  defineMethod<MediaDeviceInfo>(prototype, "toJSON", 0, function () {
    const shown = infos.get(this);
    if (!shown) return toJson.call(this);
    const { deviceId, kind, label, groupId } = shown.device;
    return { deviceId, kind, label, groupId };
  });
  if (typeof InputDeviceInfo !== "function") defineGlobal("InputDeviceInfo", makeInputDeviceInfo());
  const capabilities = InputDeviceInfo.prototype.getCapabilities as (() => MediaTrackCapabilities) | undefined;
  defineMethod<InputDeviceInfo>(InputDeviceInfo.prototype, "getCapabilities", 0, function () {
    const shown = infos.get(this);
    if (!shown) {
      if (capabilities) return capabilities.call(this);
      throw new TypeError("Illegal invocation");
    }
    return structuredClone(shown.capabilities ?? {});
  });
}

function makeInputDeviceInfo(): unknown {
  const made = function InputDeviceInfo(): never {
    throw new TypeError("Illegal constructor");
  };
  Object.setPrototypeOf(made, MediaDeviceInfo);
  made.prototype = Object.create(MediaDeviceInfo.prototype, {
    constructor: { value: made, writable: true, configurable: true },
    [Symbol.toStringTag]: { value: "InputDeviceInfo", configurable: true },
  });
  Object.defineProperty(made, "prototype", { writable: false });
  return made;
}
