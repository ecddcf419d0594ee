// The part of Microsoft's Calling SDK that the driver uses, as its public typings describe it, but believed less:
// whatever is read may be missing. The real one is behind `load.ts`, the scripted one in `../testing/fake-sdk.ts`;
// `conformance.ts` proves that the real typings fit.

/** Every emitter names its events and their values; `Guard.listen` is the one place that does without. */
export interface Emitter {
  on(event: never, listener: never): void;
  off(event: never, listener: never): void;
}

export interface Updated<T> {
  readonly added?: readonly T[];
  readonly removed?: readonly T[];
}

/** A `CommunicationIdentifier` of any kind. */
export type Identifier = object;

export interface Token {
  token: string;
  expiresOnTimestamp: number;
}

export interface Credential {
  getToken(options?: unknown): Promise<Token>;
  dispose(): void;
}

export interface EnvironmentInfo {
  readonly environment?: { platform?: string; browser?: string; browserVersion?: string };
  readonly isSupportedPlatform?: boolean;
  readonly isSupportedBrowser?: boolean;
  readonly isSupportedBrowserVersion?: boolean;
  readonly isSupportedEnvironment?: boolean;
}

export interface VideoDevice {
  readonly id: string;
  readonly name: string;
}

export interface AudioDevice {
  readonly id: string;
}

export interface DeviceManager {
  getCameras(): Promise<VideoDevice[]>;
  getMicrophones(): Promise<AudioDevice[]>;
  selectMicrophone(microphone: never): Promise<void>;
  askDevicePermission(wanted: { audio: boolean; video: boolean }): Promise<{ audio: boolean; video: boolean }>;
}

export interface LocalStream {
  dispose(): void;
}

export interface View {
  readonly target: HTMLElement;
  dispose(): void;
}

export interface Renderer {
  createView(options?: { isMirrored?: boolean; scalingMode?: "Stretch" | "Crop" | "Fit" }): Promise<View>;
  dispose(): void;
}

export interface RemoteVideoStream extends Emitter {
  readonly id: number;
  readonly mediaStreamType?: string;
  readonly isAvailable?: boolean;
  readonly isReceiving?: boolean;
  readonly size?: { width?: number; height?: number };
  getMediaStream(): Promise<MediaStream>;
}

export interface RemoteParticipant extends Emitter {
  readonly identifier?: Identifier;
  readonly displayName?: string;
  readonly state?: string;
  readonly role?: string;
  readonly isMuted?: boolean;
  readonly isSpeaking?: boolean;
  readonly videoStreams?: readonly RemoteVideoStream[];
  mute(): Promise<void>;
}

export interface CallInfo {
  readonly threadId?: string | undefined;
  onCallInfoChanged(event: "callInfoChanged", listener: () => void): void;
  offCallInfoChanged(event: "callInfoChanged", listener: () => void): void;
}

export interface Lobby extends Emitter {
  readonly participants?: readonly RemoteParticipant[];
  admit(participant: never): Promise<void>;
  reject(participant: never): Promise<void>;
}

export interface VideoLimits {
  frameHeight?: { max?: number };
  frameRate?: { max?: number };
  bitrate?: { max?: number };
}

export interface Call extends Emitter {
  readonly state?: string;
  readonly role?: string;
  readonly callEndReason?: { readonly code?: number; readonly subCode?: number };
  readonly isMuted?: boolean;
  readonly isScreenSharingOn?: boolean;
  readonly isLocalVideoStarted?: boolean;
  readonly remoteParticipants?: readonly RemoteParticipant[];
  readonly info?: CallInfo;
  readonly lobby?: Lobby;
  feature(factory: never): unknown;
  hangUp(options?: { forEveryone: boolean }): Promise<void>;
  mute(): Promise<void>;
  unmute(): Promise<void>;
  muteAllRemoteParticipants(): Promise<void>;
  startVideo(stream: never): Promise<void>;
  stopVideo(stream: never): Promise<void>;
  startScreenSharing(stream?: never): Promise<void>;
  stopScreenSharing(): Promise<void>;
  setConstraints(constraints: { video?: { send?: VideoLimits } }): Promise<void>;
  removeParticipant(participant: never): Promise<void>;
}

export type Locator = { meetingLink: string } | { meetingId: string; passcode?: string };

export interface JoinOptions {
  audioOptions?: { muted?: boolean };
  videoOptions?: { localVideoStreams: LocalStream[] };
}

export interface Agent extends Emitter {
  readonly connectionState?: string;
  join(locator: never, options: never): Call;
  dispose(): Promise<void>;
}

export interface Client {
  feature(factory: never): unknown;
  createCallAgent(credential: Credential, options: { displayName?: string }): Promise<Agent>;
  getDeviceManager(): Promise<DeviceManager>;
  dispose?(): Promise<void>;
}

export interface ClientOptions {
  diagnostics: { appName: string; appVersion: string };
  networkConfiguration?: { turn: { iceServers: { urls: string[]; username?: string; credential?: string }[] } };
}

export type FeatureName =
  | "BreakoutRooms"
  | "CallSurvey"
  | "Capabilities"
  | "Captions"
  | "DebugInfo"
  | "DominantSpeakers"
  | "MediaAccess"
  | "MediaStats"
  | "OptimalVideoCount"
  | "RaiseHand"
  | "Reaction"
  | "RealTimeText"
  | "Recording"
  | "Spotlight"
  | "TeamsMeetingAudioConferencing"
  | "Transcription"
  | "UserFacingDiagnostics";

/** The SDK with its classes made into functions. */
export interface Sdk {
  client(options: ClientOptions): Client;
  credential(fetch: () => Promise<Token>): Credential;
  video(source: MediaStream | VideoDevice): LocalStream;
  renderer(stream: LocalStream): Renderer;
  /** Throws for what is no identifier. */
  rawId(identifier: Identifier): string;
  /** The other way round. */
  identifier(rawId: string): Identifier;
  kind(identifier: Identifier): string;
  readonly features: Readonly<Partial<Record<FeatureName, unknown>>>;
}
