// The SDK's features, as far as the driver uses them; believed as little as the rest (`sdk.ts`).

import type { Call, Emitter, EnvironmentInfo, Identifier } from "./sdk";

export interface DebugInfo {
  getEnvironmentInfo(): Promise<EnvironmentInfo>;
}

export interface Consent extends Emitter {
  readonly isTeamsConsentRequired?: boolean;
  grantTeamsConsent(): Promise<void>;
}

export interface Recording extends Consent {
  readonly isRecordingActive?: boolean;
}

export interface Transcription extends Consent {
  readonly isTranscriptionActive?: boolean;
}

export interface Capabilities extends Emitter {
  readonly capabilities?: Readonly<Record<string, { readonly isPresent?: boolean; readonly reason?: string } | undefined>>;
}

export interface RaiseHand extends Emitter {
  raiseHand(): Promise<void>;
  lowerHand(): Promise<void>;
  getRaisedHands(): readonly { readonly identifier?: Identifier; readonly order?: number }[];
}

export type ReactionName = "like" | "heart" | "laugh" | "surprised" | "applause";

export interface Reaction extends Emitter {
  sendReaction(message: { reactionType: ReactionName }): Promise<void>;
}

export interface ReactionArgs {
  readonly identifier?: Identifier;
  readonly reactionMessage?: { readonly reactionType?: string };
}

export interface Spotlight extends Emitter {
  getSpotlightedParticipants(): readonly { readonly identifier?: Identifier; readonly order?: number }[];
  startSpotlight(participants?: never): Promise<void>;
  stopSpotlight(participants?: never): Promise<void>;
}

export interface DominantSpeakers extends Emitter {
  readonly dominantSpeakers?: { readonly speakersList?: readonly Identifier[] };
}

export interface OptimalVideoCount extends Emitter {
  readonly optimalVideoCount?: number;
}

export interface MediaAccess extends Emitter {
  getMeetingMediaAccess(): { readonly isAudioPermitted?: boolean; readonly isVideoPermitted?: boolean };
}

export interface CaptionsFeature {
  readonly captions?: object;
}

/** `TeamsCaptions`; plain `Captions` lack what is optional. */
export interface Captions extends Emitter {
  readonly isCaptionsFeatureActive?: boolean;
  readonly activeSpokenLanguage?: string;
  readonly activeCaptionLanguage?: string;
  readonly supportedSpokenLanguages?: readonly string[];
  readonly supportedCaptionLanguages?: readonly string[];
  startCaptions(options?: { spokenLanguage: string }): Promise<void>;
  stopCaptions(): Promise<void>;
  setSpokenLanguage(language: string): Promise<void>;
  setCaptionLanguage?(language: string): Promise<void>;
}

export interface CaptionArgs {
  readonly speaker?: { readonly identifier?: Identifier | undefined; readonly displayName?: string };
  readonly captionText?: string;
  readonly captionLanguage?: string;
  readonly spokenText?: string;
  readonly spokenLanguage?: string;
  readonly resultType?: string;
  readonly timestamp?: Date;
}

export interface RealTimeText extends Emitter {
  sendRealTimeText(text: string, done: boolean): Promise<void>;
}

export interface RealTimeTextArgs {
  readonly sequenceId?: number;
  readonly sender?: { readonly identifier?: Identifier; readonly displayName?: string };
  readonly text?: string;
  readonly resultType?: string;
}

export interface BreakoutRoom {
  readonly threadId?: string;
  readonly displayName?: string;
  readonly state?: string;
  readonly autoMoveParticipantToBreakoutRoom?: boolean;
  join(): Promise<unknown>;
  returnToMainMeeting(): Promise<unknown>;
}

export interface BreakoutRooms extends Emitter {
  readonly assignedBreakoutRooms?: BreakoutRoom;
  readonly breakoutRoomsSettings?: { readonly disableReturnToMainMeeting?: boolean };
}

export interface BreakoutArgs {
  readonly type?: string;
  readonly data?: unknown;
}

/** A call that the SDK hands over unasked, as far as it is one. */
export function asCall(value: unknown): Call | null {
  const looks = typeof value === "object" && value !== null && "feature" in value && "hangUp" in value;
  return looks ? (value as Call) : null;
}

export interface AudioConferencing {
  getTeamsMeetingAudioConferencingDetails(): Promise<{
    readonly phoneConferenceId?: string;
    readonly phoneNumbers?: readonly {
      readonly tollPhoneNumber?: { readonly phoneNumber?: string };
      readonly tollFreePhoneNumber?: { readonly phoneNumber?: string };
      readonly countryName?: string;
      readonly cityName?: string;
    }[];
  }>;
}

export interface DiagnosticArgs {
  readonly diagnostic?: string;
  readonly value?: number | boolean;
  readonly valueType?: string;
}

export interface Diagnostics {
  readonly network?: Emitter & { getLatest(): object };
  readonly media?: Emitter & { getLatest(): object };
}

export interface StatsCollector extends Emitter {
  dispose(): void;
}

export interface MediaStats {
  createCollector(options?: { aggregationInterval?: number; dataPointsPerAggregation?: number }): StatsCollector;
}

export interface SurveyFeature {
  submitSurvey(survey: Record<string, { score: number }>): Promise<unknown>;
}
