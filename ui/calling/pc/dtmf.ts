/** RTCDTMFSender (webrtc-pc § 7). The page's side keeps the time; the engine plays one tone at a time. */
import type { RTCDTMFSenderImpl } from "../idl/generated/types";
import { fire } from "../idl/runtime";
import { domError, invalidState } from "./errors";
import { realm } from "./realm";
import type { TransceiverImpl } from "./transceiver";

const TONES = /^[0-9A-D#*,]*$/;
/** Milliseconds that a comma stands for. */
const PAUSE = 2000;

const within = (least: number, value: number, most: number): number => Math.min(Math.max(value, least), most);

/** Sends the tones of a telephone's keys. */
export class DtmfSenderImpl implements RTCDTMFSenderImpl {
  readonly #transceiver: TransceiverImpl;
  #tones = "";
  #duration = 100;
  #gap = 70;
  #playing = false;

  constructor(transceiver: TransceiverImpl) {
    this.#transceiver = transceiver;
  }

  get canInsertDTMF(): boolean {
    const { stopping, stopped, currentDirectionSlot, sender, connection } = this.#transceiver;
    const sending = currentDirectionSlot === "sendrecv" || currentDirectionSlot === "sendonly";
    const negotiated = sender.sendCodecs.some(({ mimeType }) => mimeType.toLowerCase() === "audio/telephone-event");
    const live = sender.track !== null && sender.track.readyState === "live";
    const active = sender.sendEncodings.some((encoding) => encoding.active);
    const connected = !connection.closed && connection.connectionState === "connected";
    return connected && !stopping && !stopped && sending && negotiated && live && active;
  }

  get toneBuffer(): string {
    return this.#tones;
  }

  insertDTMF(tones: string, duration: number, interToneGap: number): void {
    if (this.#transceiver.stopped || this.#transceiver.stopping) {
      throw invalidState("the transceiver is stopped");
    }
    const { currentDirectionSlot } = this.#transceiver;
    if (currentDirectionSlot === "recvonly" || currentDirectionSlot === "inactive") {
      throw invalidState("the transceiver does not send");
    }
    if (!this.canInsertDTMF) {
      throw invalidState("tones cannot be sent now");
    }
    const normal = tones.toUpperCase();
    if (!TONES.test(normal)) {
      throw domError("InvalidCharacterError", `"${tones}" has characters that are no tones`);
    }
    this.#tones = normal;
    this.#duration = within(40, duration, 6000);
    this.#gap = within(30, interToneGap, 6000);
    if (normal !== "" && !this.#playing) {
      this.#playing = true;
      setTimeout(() => this.#play());
    }
  }

  #play(): void {
    this.#playing = false;
    if (!this.canInsertDTMF) {
      return;
    }
    const [tone] = this.#tones;
    if (tone !== undefined) {
      this.#tones = this.#tones.slice(1);
      this.#playing = true;
      if (tone === ",") {
        setTimeout(() => this.#play(), PAUSE);
      } else {
        const { handle } = this.#transceiver;
        realm().client.send({ op: "senderTone", transceiver: handle, tone, duration: this.#duration });
        setTimeout(() => this.#play(), this.#duration + this.#gap);
      }
    }
    fire(this, "tonechange", "RTCDTMFToneChangeEvent", { tone: tone ?? "" });
  }
}
