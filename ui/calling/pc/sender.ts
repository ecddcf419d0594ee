/** RTCRtpSender (webrtc-pc § 5.2). */
import type {
  RTCRtpCodecParameters,
  RTCRtpEncodingParameters,
  RTCRtpHeaderExtensionParameters,
  RTCRtpSenderImpl,
  RTCRtpSendParameters,
} from "../idl/generated/types";
import type { StatsReport } from "../idl/values";
import { queueTask } from "../wire/tasks";
import { capabilitiesOf, getCapabilities } from "./capabilities";
import { parametersFromWire } from "./codecs";
import type { ConnectionState } from "./connection-state";
import { DtmfSenderImpl } from "./dtmf";
import { encodingToWire, validateParameters } from "./encodings";
import { closedError, fromWire, invalidState } from "./errors";
import { realm } from "./realm";
import { askStats } from "./stats";
import type { TransceiverImpl } from "./transceiver";
import type { DtlsTransportImpl } from "./transport";

const unique = (streams: readonly MediaStream[]): string[] => [...new Set(streams.map(({ id }) => id))];

/** Sends one track, or is ready to. */
export class SenderImpl implements RTCRtpSenderImpl {
  readonly transceiver: TransceiverImpl;
  readonly dtmf: DtmfSenderImpl | null;
  track: MediaStreamTrack | null;
  transport: DtlsTransportImpl | null = null;
  streamIds: string[];
  sendEncodings: RTCRtpEncodingParameters[];
  sendCodecs: RTCRtpCodecParameters[] = [];
  headerExtensions: RTCRtpHeaderExtensionParameters[] = [];
  lastReturned: RTCRtpSendParameters | null = null;
  lastStableTransport: DtlsTransportImpl | null = null;
  lastStableRidlessEncodings: RTCRtpEncodingParameters[] | null = null;

  constructor(
    transceiver: TransceiverImpl,
    track: MediaStreamTrack | null,
    streams: readonly MediaStream[],
    encodings: RTCRtpEncodingParameters[],
  ) {
    this.transceiver = transceiver;
    this.track = track;
    this.streamIds = unique(streams);
    this.sendEncodings = encodings;
    this.dtmf = transceiver.kind === "audio" ? new DtmfSenderImpl(transceiver) : null;
  }

  static readonly getCapabilities = getCapabilities;

  get #connection(): ConnectionState {
    return this.transceiver.connection;
  }

  getParameters(): RTCRtpSendParameters {
    this.lastReturned ??= this.#collectParameters();
    return this.lastReturned;
  }

  #collectParameters(): RTCRtpSendParameters {
    const parameters: RTCRtpSendParameters = {
      transactionId: crypto.randomUUID(),
      encodings: this.sendEncodings.map((encoding) => ({ ...encoding })),
      headerExtensions: [...this.headerExtensions],
      rtcp: { cname: this.#connection.cname, reducedSize: this.sendCodecs.length > 0 },
      codecs: [...this.sendCodecs],
    };
    queueTask(() => {
      if (this.lastReturned === parameters) {
        this.lastReturned = null;
      }
    });
    return parameters;
  }

  async setParameters(parameters: RTCRtpSendParameters): Promise<void> {
    const { transceiver, lastReturned } = this;
    if (transceiver.stopping || transceiver.stopped) {
      throw invalidState("the transceiver is stopped");
    }
    if (!lastReturned) {
      throw invalidState("getParameters() was not called in this task");
    }
    const { codecs } = capabilitiesOf(transceiver.kind);
    const encodings = validateParameters(transceiver.kind, parameters, lastReturned, codecs);
    await new Promise<void>((resolve, reject) => {
      const command = {
        op: "senderEncodings",
        transceiver: transceiver.handle,
        encodings: encodings.map(encodingToWire),
      } as const;
      realm().client.ask(command, (reply) => {
        if (!reply.ok) {
          reject(fromWire(reply.error));
          return;
        }
        this.lastReturned = null;
        // A description may have taken layers away meanwhile.
        this.sendEncodings = encodings.filter(
          ({ rid }, index) =>
            (rid === undefined && index < this.sendEncodings.length) ||
            this.sendEncodings.some((encoding) => encoding.rid === rid),
        );
        resolve();
      });
    });
  }

  async replaceTrack(withTrack: MediaStreamTrack | null): Promise<void> {
    const { transceiver } = this;
    if (withTrack && withTrack.kind !== transceiver.kind) {
      throw new TypeError(`a track of kind ${withTrack.kind} cannot take the place of ${transceiver.kind}`);
    }
    await this.#connection.chain(async () => {
      if (transceiver.stopping || transceiver.stopped) {
        throw invalidState("the transceiver is stopped");
      }
      await new Promise<void>((resolve, reject) => {
        realm().client.ask(this.#trackCommand(withTrack), (reply) => {
          if (this.#connection.closed) {
            return;
          }
          if (!reply.ok) {
            reject(fromWire(reply.error));
            return;
          }
          this.track = withTrack;
          queueTask(resolve);
        });
      });
    });
  }

  setStreams(...streams: MediaStream[]): void {
    if (this.#connection.closed) {
      throw closedError();
    }
    this.streamIds = unique(streams);
    this.tellStreams(false);
    this.#connection.updateNegotiationNeeded();
  }

  getStats(): Promise<StatsReport> {
    return askStats(this.#connection, { transceiver: this.transceiver.handle, sender: true });
  }

  /** Takes a track and its streams at once, as `addTrack()` does. */
  use(track: MediaStreamTrack, streams: readonly MediaStream[]): void {
    this.track = track;
    this.streamIds = unique(streams);
    this.tellTrack();
    // `addTrack()` does not make a transceiver of `addTransceiver()` fit for remote offers.
    this.tellStreams(this.transceiver.attachable);
  }

  /** Tells the engine what to send. */
  tellTrack(): void {
    realm().client.send(this.#trackCommand(this.track));
  }

  /** Tells the engine what the next description names. */
  tellStreams(byAddTrack: boolean): void {
    const sent = realm().client.send({
      op: "transceiverStreams",
      transceiver: this.transceiver.handle,
      streamIds: this.streamIds,
      trackId: this.track?.id ?? null,
      byAddTrack,
    });
    this.#connection.noteChange(sent, byAddTrack);
  }

  #trackCommand(track: MediaStreamTrack | null) {
    return {
      op: "senderTrack",
      transceiver: this.transceiver.handle,
      track: track ? realm().media.handleOf(track) : null,
    } as const;
  }

  /** After an answer: layers that remain and codecs to send by. */
  negotiated(rids: readonly string[], codecs: readonly Parameters<typeof parametersFromWire>[0][]): void {
    if (this.sendEncodings.length > 1) {
      const remaining = this.sendEncodings.filter(({ rid }) => rid !== undefined && rids.includes(rid));
      this.sendEncodings = remaining.length > 0 ? remaining : this.sendEncodings.slice(0, 1);
    }
    this.sendCodecs = codecs.map(parametersFromWire);
    this.lastReturned = null;
  }
}
