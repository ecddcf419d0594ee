/** RTCRtpReceiver (webrtc-pc § 5.3). */
import type {
  RTCRtpCodecParameters,
  RTCRtpContributingSource,
  RTCRtpHeaderExtensionParameters,
  RTCRtpReceiveParameters,
  RTCRtpReceiverImpl,
} from "../idl/generated/types";
import type { StatsReport } from "../idl/values";
import type { RtpSource } from "../wire/contract";
import { getCapabilities } from "./capabilities";
import { realm } from "./realm";
import { askStats } from "./stats";
import type { TransceiverImpl } from "./transceiver";
import type { DtlsTransportImpl } from "./transport";

/** Milliseconds after which a source is forgotten. */
const SOURCE_LIFE = 10_000;
/** Longest jitter buffer in milliseconds. */
const LONGEST_DELAY = 4000;

interface Heard {
  readonly contributing: boolean;
  readonly entry: RTCRtpContributingSource;
}

/** Receives one track. */
export class ReceiverImpl implements RTCRtpReceiverImpl {
  readonly transceiver: TransceiverImpl;
  readonly track: MediaStreamTrack;
  readonly trackHandle: number;
  transport: DtlsTransportImpl | null = null;
  streams: MediaStream[] = [];
  receiveCodecs: RTCRtpCodecParameters[] = [];
  headerExtensions: RTCRtpHeaderExtensionParameters[] = [];
  lastStableTransport: DtlsTransportImpl | null = null;
  lastStableStreams: MediaStream[] = [];
  lastStableCodecs: RTCRtpCodecParameters[] = [];
  #target: number | null = null;
  #heard: Heard[] = [];
  #listening = false;
  readonly #stopListening: (() => void)[] = [];

  constructor(transceiver: TransceiverImpl, trackHandle: number, trackId?: string) {
    const { client, media } = realm();
    this.transceiver = transceiver;
    this.trackHandle = trackHandle;
    this.track = media.remoteTrack(trackHandle, transceiver.kind, trackId);
    const stop = client.listen(trackHandle, (event) => {
      if (event.event === "trackFlows" && !transceiver.stopping && !transceiver.stopped) {
        media.setMuted(this.track, !(event.flows && transceiver.receptive));
      }
    });
    this.#stopListening.push(stop);
  }

  static readonly getCapabilities = getCapabilities;

  getParameters(): RTCRtpReceiveParameters {
    return {
      headerExtensions: [...this.headerExtensions],
      rtcp: { reducedSize: this.receiveCodecs.length > 0 },
      codecs: [...this.receiveCodecs],
    };
  }

  getContributingSources(): RTCRtpContributingSource[] {
    return this.#sources(true);
  }

  getSynchronizationSources(): RTCRtpContributingSource[] {
    return this.#sources(false);
  }

  #sources(contributing: boolean): RTCRtpContributingSource[] {
    this.#listen();
    const oldest = performance.timeOrigin + performance.now() - SOURCE_LIFE;
    return this.#heard
      .filter((heard) => heard.contributing === contributing && heard.entry.timestamp >= oldest)
      .map(({ entry }) => ({ ...entry }));
  }

  /** The engine tells who is heard only once somebody asks. */
  #listen(): void {
    const { connection, handle, stopped } = this.transceiver;
    if (this.#listening || connection.closed || stopped) {
      return;
    }
    this.#listening = true;
    const { client } = realm();
    const stop = client.listen(handle, (event) => {
      if (event.event === "sources") {
        const now = performance.timeOrigin + performance.now();
        this.#heard = event.sources.map((source) => heardAt(source, now));
      }
    });
    this.#stopListening.push(stop);
    client.send({ op: "receiverSources", transceiver: handle });
  }

  getStats(): Promise<StatsReport> {
    const { connection, handle } = this.transceiver;
    return askStats(connection, { transceiver: handle, sender: false });
  }

  get jitterBufferTarget(): number | null {
    return this.#target;
  }

  set jitterBufferTarget(target: number | null) {
    if (target !== null && (target < 0 || target > LONGEST_DELAY)) {
      throw new RangeError(`jitterBufferTarget must be 0 to ${LONGEST_DELAY}`);
    }
    this.#target = target;
    realm().client.send({ op: "receiverDelay", transceiver: this.transceiver.handle, target });
  }

  /** Ends the track. */
  end(): void {
    this.#stopListening.forEach((stop) => stop());
    this.#stopListening.length = 0;
    realm().media.end(this.track);
  }
}

function heardAt({ source, contributing, age, rtpTimestamp, audioLevel }: RtpSource, now: number): Heard {
  const level = audioLevel === null ? {} : { audioLevel };
  return { contributing, entry: { source, timestamp: now - age, rtpTimestamp, ...level } };
}
