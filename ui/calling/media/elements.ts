/** `HTMLMediaElement` for streams with tracks of the engine, and the choice of a loudspeaker. */
import { Attachment } from "./attachment";
import type { Devices } from "./devices";
import type { Engine } from "./engine";
import { natives } from "./natives";
import { ownTrack } from "./own-track";
import { defineAttribute, definePromiseMethod } from "./patch";
import { onTracks } from "./track-patch";

const attachments = new WeakMap<HTMLMediaElement, Attachment>();
/** Ends the wait for a first track of the engine in a stream that has none. */
const waits = new WeakMap<HTMLMediaElement, () => void>();
const sinkIds = new WeakMap<HTMLMediaElement, string>();

export function patchElements(engine: Engine, devices: Devices): void {
  const prototype = HTMLMediaElement.prototype;
  const gone = new FinalizationRegistry<Attachment>((attachment) => attachment.detach());

  const attach = (element: HTMLMediaElement, stream: MediaStream): void => {
    leave(element);
    const attachment = new Attachment(engine, element, stream, () => sinkIds.get(element) ?? "");
    attachments.set(element, attachment);
    gone.register(element, attachment, attachment);
  };

  const leave = (element: HTMLMediaElement): void => {
    waits.get(element)?.();
    waits.delete(element);
    const attachment = attachments.get(element);
    if (!attachment) return;
    attachments.delete(element);
    gone.unregister(attachment);
    attachment.detach();
  };

  const playNative = (element: HTMLMediaElement, value: MediaProvider | null): void => {
    natives.element.srcObject.set(element, value);
    leave(element);
    if (!(value instanceof MediaStream)) return;
    const weak = new WeakRef(element);
    const stop = onTracks(value, () => {
      const one = weak.deref();
      if (!one) stop();
      else if (isOurs(value)) attach(one, value);
    });
    waits.set(element, stop);
  };

  defineAttribute<HTMLMediaElement, MediaProvider | null>(
    prototype,
    "srcObject",
    (self) => attachments.get(self)?.stream ?? natives.element.srcObject.get(self),
    (self, value) => {
      if (value instanceof MediaStream && self instanceof HTMLMediaElement && isOurs(value)) attach(self, value);
      else playNative(self, value);
    },
  );
  definePromiseMethod<HTMLMediaElement>(prototype, "play", 0, async function () {
    const attachment = attachments.get(this);
    if (!attachment) return natives.element.play.call(this);
    for (;;) {
      await attachment.given;
      const restarts = attachment.restarts;
      try {
        return await natives.element.play.call(this);
      } catch (error) {
        if (restarts === attachment.restarts || attachments.get(this) !== attachment) throw error;
      }
    }
  });
  defineAttribute<HTMLMediaElement, string>(prototype, "sinkId", (self) => {
    natives.element.srcObject.get(self);
    return sinkIds.get(self) ?? "";
  });
  definePromiseMethod<HTMLMediaElement>(prototype, "setSinkId", 1, async function (id: unknown) {
    natives.element.srcObject.get(this);
    const wanted = String(id);
    if (wanted === (sinkIds.get(this) ?? "")) return;
    if (wanted !== "" && wanted !== "default" && !(await devices.knowsSpeaker(wanted))) {
      throw new DOMException("There is no such audio output device", "NotFoundError");
    }
    sinkIds.set(this, wanted);
    attachments.get(this)?.sinkChanged();
  });
}

/** The stream that an element of ours plays, for those that read elements. */
export function attachedStream(element: HTMLMediaElement): MediaStream | undefined {
  return attachments.get(element)?.stream;
}

/** An empty stream may yet be given tracks of the engine. */
function isOurs(stream: MediaStream): boolean {
  const tracks = natives.stream.getTracks.call(stream);
  return tracks.length === 0 || tracks.some(ownTrack);
}
