// A scripted stand-in for Microsoft's SDK: the test plays the service. It implements the typings in
// `../driver/sdk.ts`, to which the real SDK's conform.

import { carryHandle } from "../wire/track-handle";
import type { Agent, Call, Client, Credential, FeatureName, LocalStream, RemoteParticipant, RemoteVideoStream, Sdk } from "../driver/sdk";

type Listener = (args: unknown) => void;

export class FakeEmitter {
  readonly listeners = new Map<string, Set<Listener>>();

  on(event: string, listener: Listener): void {
    const all = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, all.add(listener));
  }

  off(event: string, listener: Listener): void {
    this.listeners.get(event)?.delete(listener);
  }

  emit(event: string, args?: unknown): void {
    for (const listener of [...(this.listeners.get(event) ?? [])]) listener(args);
  }

  get listening(): number {
    return [...this.listeners.values()].reduce((sum, all) => sum + all.size, 0);
  }
}

/** A feature whose members the test sets; every method that is asked for notes its call. */
export class FakeFeature extends FakeEmitter {
  [member: string]: unknown;
}

export interface FakeIdentifier {
  rawId: string;
}

export class FakeStream extends FakeEmitter {
  mediaStreamType = "Video";
  isAvailable = false;
  isReceiving = false;
  size = { width: 0, height: 0 };
  taken = 0;

  constructor(readonly id: number) {
    super();
  }

  getMediaStream(): Promise<MediaStream> {
    this.taken += 1;
    const track = { id: `track-${String(this.id)}`, stop: () => undefined } as MediaStreamTrack;
    carryHandle(track, 100 + this.id);
    return Promise.resolve({ getVideoTracks: () => [track], getTracks: () => [track] } as unknown as MediaStream);
  }

  available(isAvailable: boolean): void {
    this.isAvailable = isAvailable;
    this.emit("isAvailableChanged");
  }
}

export class FakeParticipant extends FakeEmitter {
  identifier: FakeIdentifier | undefined;
  displayName: string | undefined;
  state: string | undefined = "Connected";
  role: string | undefined = "Attendee";
  isMuted = true;
  isSpeaking = false;
  videoStreams: FakeStream[] | undefined = [];

  constructor(id: string, displayName?: string) {
    super();
    this.identifier = { rawId: id };
    this.displayName = displayName;
  }

  mute(): Promise<void> {
    this.isMuted = true;
    this.emit("isMutedChanged");
    return Promise.resolve();
  }

  asReal(): RemoteParticipant {
    return this as unknown as RemoteParticipant;
  }
}

export class FakeCall extends FakeEmitter {
  state: string | undefined = "None";
  role: string | undefined = "Attendee";
  callEndReason: { code?: number; subCode?: number } | undefined;
  isMuted = false;
  isScreenSharingOn = false;
  isLocalVideoStarted = false;
  remoteParticipants: FakeParticipant[] | undefined = [];
  info: { threadId?: string; onCallInfoChanged(e: string, l: () => void): void; offCallInfoChanged(e: string, l: () => void): void } | undefined;
  lobby: FakeFeature | undefined;
  readonly infoChanges = new FakeEmitter();
  readonly features = new Map<string, FakeFeature>();
  /** What was asked of it, in order. */
  readonly asked: unknown[][] = [];

  constructor() {
    super();
    this.info = {
      onCallInfoChanged: (event, listener) => this.infoChanges.on(event, listener),
      offCallInfoChanged: (event, listener) => this.infoChanges.off(event, listener),
    };
  }

  /** The feature of this name, from now on there. */
  has(name: FeatureName, members: object = {}): FakeFeature {
    const feature = Object.assign(new FakeFeature(), members);
    this.features.set(name, feature);
    return feature;
  }

  feature(factory: unknown): unknown {
    const feature = this.features.get(String(factory));
    if (!feature) throw new Error(`${String(factory)} is not supported`);
    return feature;
  }

  becomes(state: string): void {
    this.state = state;
    this.emit("stateChanged");
  }

  ends(code: number, subCode?: number): void {
    this.callEndReason = subCode === undefined ? { code } : { code, subCode };
    this.becomes("Disconnected");
  }

  joined(...added: FakeParticipant[]): void {
    this.remoteParticipants?.push(...added);
    this.emit("remoteParticipantsUpdated", { added, removed: [] });
  }

  gone(...removed: FakeParticipant[]): void {
    this.remoteParticipants = this.remoteParticipants?.filter((one) => !removed.includes(one));
    this.emit("remoteParticipantsUpdated", { added: [], removed });
  }

  hangUp(options: unknown): Promise<void> {
    this.asked.push(["hangUp", options]);
    this.ends(0, 0);
    return Promise.resolve();
  }

  mute(): Promise<void> {
    return this.#muted(true);
  }

  unmute(): Promise<void> {
    return this.#muted(false);
  }

  #muted(muted: boolean): Promise<void> {
    this.isMuted = muted;
    this.emit("isMutedChanged");
    return Promise.resolve();
  }

  startVideo(stream: unknown): Promise<void> {
    this.asked.push(["startVideo", stream]);
    this.isLocalVideoStarted = true;
    this.emit("isLocalVideoStartedChanged");
    return Promise.resolve();
  }

  stopVideo(stream: unknown): Promise<void> {
    this.asked.push(["stopVideo", stream]);
    this.isLocalVideoStarted = false;
    this.emit("isLocalVideoStartedChanged");
    return Promise.resolve();
  }

  startScreenSharing(stream: unknown): Promise<void> {
    this.asked.push(["startScreenSharing", stream]);
    if (this.state !== "Connected") return Promise.reject(sdkError(412, 41071));
    this.isScreenSharingOn = true;
    this.emit("isScreenSharingOnChanged");
    return Promise.resolve();
  }

  stopScreenSharing(): Promise<void> {
    this.asked.push(["stopScreenSharing"]);
    this.isScreenSharingOn = false;
    this.emit("isScreenSharingOnChanged");
    return Promise.resolve();
  }

  setConstraints(constraints: unknown): Promise<void> {
    this.asked.push(["setConstraints", constraints]);
    return Promise.resolve();
  }

  asReal(): Call {
    return this as unknown as Call;
  }
}

export function sdkError(code: number, subCode: number): Error {
  return Object.assign(new Error("refused"), { name: "CommunicationServicesError", code, subCode });
}

export interface FakeLocalStream extends LocalStream {
  readonly source: unknown;
  disposed: boolean;
}

/** The whole SDK. `call` is what the next `join()` gives. */
export class FakeSdk {
  call = new FakeCall();
  readonly agent = new FakeEmitter();
  readonly joins: unknown[][] = [];
  readonly streams: FakeLocalStream[] = [];
  clientOptions: unknown;
  displayName: string | undefined;
  credential: Credential | null = null;
  agentError: Error | null = null;
  /** What it does before there is an agent. */
  beforeAgent: () => Promise<void> = () => Promise.resolve();
  agentDisposed = 0;
  environment: unknown = { environment: { platform: "Linux", browser: "Safari" }, isSupportedPlatform: true };

  load = (): Promise<Sdk> => Promise.resolve(this.sdk());

  sdk(): Sdk {
    return {
      client: (options) => {
        this.clientOptions = options;
        return this.#client();
      },
      credential: (fetch) => {
        this.credential = { getToken: fetch, dispose: () => undefined };
        return this.credential;
      },
      video: (source) => {
        const stream: FakeLocalStream = { source, disposed: false, dispose: () => (stream.disposed = true) };
        this.streams.push(stream);
        return stream;
      },
      renderer: () => ({ createView: () => Promise.reject(new Error("no renderer")), dispose: () => undefined }),
      rawId: (identifier) => (identifier as FakeIdentifier).rawId,
      identifier: (rawId) => ({ rawId }),
      kind: () => "communicationUser",
      features: FEATURES,
    };
  }

  #client(): Client {
    const debug = { getEnvironmentInfo: () => Promise.resolve(this.environment) };
    const devices = {
      askDevicePermission: () => Promise.resolve({ audio: true, video: true }),
      getCameras: () => Promise.resolve([{ id: "1", name: "Test card" }]),
      getMicrophones: () => Promise.resolve([{ id: "microphone:a" }, { id: "microphone:b" }]),
      selectMicrophone: (one: { id: string }) => {
        this.call.asked.push(["selectMicrophone", one.id]);
        return Promise.resolve();
      },
    };
    return {
      feature: () => debug,
      getDeviceManager: () => Promise.resolve(devices),
      createCallAgent: async (_credential, { displayName }) => {
        await this.beforeAgent();
        if (this.agentError) throw this.agentError;
        this.displayName = displayName;
        return this.#agent();
      },
    };
  }

  #agent(): Agent {
    return Object.assign(this.agent, {
      join: (locator: unknown, options: unknown) => {
        this.joins.push([locator, options]);
        return this.call.asReal();
      },
      dispose: () => {
        this.agentDisposed += 1;
        return Promise.resolve();
      },
    }) as unknown as Agent;
  }
}

const NAMES: FeatureName[] = [
  "BreakoutRooms", "CallSurvey", "Capabilities", "Captions", "DebugInfo", "DominantSpeakers", "MediaAccess",
  "MediaStats", "OptimalVideoCount", "RaiseHand", "Reaction", "RealTimeText", "Recording", "Spotlight",
  "TeamsMeetingAudioConferencing", "Transcription", "UserFacingDiagnostics",
];

const FEATURES = Object.fromEntries(NAMES.map((name) => [name, name]));

export function asStream(stream: FakeStream): RemoteVideoStream {
  return stream as unknown as RemoteVideoStream;
}
