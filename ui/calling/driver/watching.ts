// What features of a call tell: listeners first, then each current value once, since events tell changes only.

import type { CallingCapability, CallingSample } from "../wire/contract";
import type {
  Capabilities, CaptionArgs, Captions, CaptionsFeature, DiagnosticArgs, Diagnostics, DominantSpeakers, MediaAccess,
  OptimalVideoCount, RaiseHand, Reaction, ReactionArgs, RealTimeText, RealTimeTextArgs, Recording, Spotlight,
  StatsCollector, Transcription,
} from "./features";
import { count, type Guard, text } from "./guard";
import type { Tell } from "./outbox";
import { idOf } from "./people";
import type { Call, Emitter, Sdk } from "./sdk";

interface Around {
  readonly sdk: Sdk;
  readonly call: Call;
  readonly guard: Guard;
  readonly tell: Tell;
}

/** Tells a value now and whenever one of the events says that it changed. */
function follow(around: Around, name: string, from: Emitter, events: readonly string[], now: () => void): void {
  for (const event of events) around.guard.listen(name, from, event, now);
  around.guard.look(name, now);
}

export function watchFeatures(around: Around): void {
  watchCapabilities(around);
  watchNotices(around);
  watchGestures(around);
  watchCaptions(around);
  watchSpeech(around);
  watchDiagnostics(around);
}

function watchCapabilities({ sdk, call, guard, tell, ...rest }: Around): void {
  const around = { sdk, call, guard, tell, ...rest };
  const feature = guard.feature<Capabilities>(sdk, call, "Capabilities");
  if (feature) {
    follow(around, "Capabilities", feature, ["capabilitiesChanged"], () => {
      const capabilities: Record<string, CallingCapability> = {};
      for (const [name, one] of Object.entries(feature.capabilities ?? {})) {
        capabilities[name] = { present: one?.isPresent === true, reason: text(one?.reason) };
      }
      tell({ event: "capabilities", capabilities });
    });
  }
  const access = guard.feature<MediaAccess>(sdk, call, "MediaAccess");
  if (access) {
    follow(around, "MediaAccess", access, ["meetingMediaAccessChanged"], () => {
      const now = access.getMeetingMediaAccess();
      tell({ event: "mediaAccess", audio: now.isAudioPermitted !== false, video: now.isVideoPermitted !== false });
    });
  }
}

function watchNotices(around: Around): void {
  const { sdk, call, guard, tell } = around;
  const recording = guard.feature<Recording>(sdk, call, "Recording");
  if (recording) {
    follow(around, "Recording", recording, ["isRecordingActiveChanged"], () => {
      const consentRequired = recording.isTeamsConsentRequired === true;
      tell({ event: "recording", active: recording.isRecordingActive === true, consentRequired });
    });
  }
  const transcription = guard.feature<Transcription>(sdk, call, "Transcription");
  if (transcription) {
    follow(around, "Transcription", transcription, ["isTranscriptionActiveChanged"], () => {
      const consentRequired = transcription.isTeamsConsentRequired === true;
      tell({ event: "transcription", active: transcription.isTranscriptionActive === true, consentRequired });
    });
  }
}

function watchGestures(around: Around): void {
  const { sdk, call, guard, tell } = around;
  const hands = guard.feature<RaiseHand>(sdk, call, "RaiseHand");
  if (hands) {
    follow(around, "RaiseHand", hands, ["raisedHandEvent", "loweredHandEvent"], () => {
      const raised = hands.getRaisedHands().map((hand) => ({
        participant: idOf(sdk, hand.identifier),
        order: count(hand.order),
      }));
      tell({ event: "hands", hands: raised });
    });
  }
  const reactions = guard.feature<Reaction>(sdk, call, "Reaction");
  if (reactions) {
    guard.listen<ReactionArgs>("Reaction", reactions, "reaction", (args) => {
      const participant = idOf(sdk, args.identifier);
      tell({ event: "reaction", participant, reaction: text(args.reactionMessage?.reactionType) });
    });
  }
  const spotlight = guard.feature<Spotlight>(sdk, call, "Spotlight");
  if (spotlight) {
    follow(around, "Spotlight", spotlight, ["spotlightChanged"], () => {
      const lit = [...spotlight.getSpotlightedParticipants()];
      lit.sort((a, b) => count(a.order) - count(b.order));
      tell({ event: "spotlight", participants: lit.map((one) => idOf(sdk, one.identifier)) });
    });
  }
}

function watchSpeech(around: Around): void {
  const { sdk, call, guard, tell } = around;
  const speakers = guard.feature<DominantSpeakers>(sdk, call, "DominantSpeakers");
  if (speakers) {
    follow(around, "DominantSpeakers", speakers, ["dominantSpeakersChanged"], () => {
      const list = speakers.dominantSpeakers?.speakersList ?? [];
      tell({ event: "dominantSpeakers", speakers: list.map((one) => idOf(sdk, one)) });
    });
  }
  const videos = guard.feature<OptimalVideoCount>(sdk, call, "OptimalVideoCount");
  if (videos) {
    follow(around, "OptimalVideoCount", videos, ["optimalVideoCountChanged"], () => {
      if (typeof videos.optimalVideoCount === "number") {
        tell({ event: "optimalVideoCount", count: count(videos.optimalVideoCount) });
      }
    });
  }
  const texts = guard.feature<RealTimeText>(sdk, call, "RealTimeText");
  if (texts) {
    guard.listen<RealTimeTextArgs>("RealTimeText", texts, "realTimeTextReceived", (args) => {
      const participant = idOf(sdk, args.sender?.identifier);
      const name = text(args.sender?.displayName);
      const done = args.resultType === "Final";
      tell({ event: "text", participant, name, sequence: count(args.sequenceId), text: text(args.text), done });
    });
  }
}

/** The captions of a call, where it has them. */
export function captionsOf(sdk: Sdk, call: Call, guard: Guard): Captions | null {
  const feature = guard.feature<CaptionsFeature>(sdk, call, "Captions");
  const captions = feature?.captions;
  return captions && "startCaptions" in captions ? (captions as Captions) : null;
}

function watchCaptions(around: Around): void {
  const { sdk, call, guard, tell } = around;
  const captions = captionsOf(sdk, call, guard);
  if (!captions) return;
  const events = ["CaptionsActiveChanged", "SpokenLanguageChanged", "CaptionLanguageChanged"];
  follow(around, "Captions", captions, events, () => {
    tell({
      event: "captionState",
      captions: {
        active: captions.isCaptionsFeatureActive === true,
        spoken: text(captions.activeSpokenLanguage),
        shown: text(captions.activeCaptionLanguage),
        spokenLanguages: [...(captions.supportedSpokenLanguages ?? [])],
        shownLanguages: [...(captions.supportedCaptionLanguages ?? [])],
      },
    });
  });
  guard.listen<CaptionArgs>("Captions", captions, "CaptionsReceived", (args) => {
    const shown = text(args.captionText);
    const spoken = text(args.spokenText);
    tell({
      event: "caption",
      caption: {
        participant: idOf(sdk, args.speaker?.identifier),
        name: text(args.speaker?.displayName),
        text: shown === "" ? spoken : shown,
        language: text(args.captionLanguage) || text(args.spokenLanguage),
        spoken: shown === "" || shown === spoken ? "" : spoken,
        done: args.resultType === "Final",
        atMs: args.timestamp instanceof Date ? args.timestamp.getTime() || 0 : 0,
      },
    });
  });
}

function watchDiagnostics({ sdk, call, guard, tell }: Around): void {
  const feature = guard.feature<Diagnostics>(sdk, call, "UserFacingDiagnostics");
  const report = (args: DiagnosticArgs): void => {
    const value = typeof args.value === "boolean" ? Number(args.value) : count(args.value);
    const quality = args.valueType === "DiagnosticQuality";
    tell({ event: "diagnostic", name: text(args.diagnostic), value, quality });
  };
  for (const part of [feature?.network, feature?.media]) {
    if (!part) continue;
    guard.listen<DiagnosticArgs>("UserFacingDiagnostics", part, "diagnosticChanged", report);
    guard.look("UserFacingDiagnostics", () => {
      for (const [diagnostic, latest] of Object.entries(part.getLatest())) {
        if (latest) report({ ...(latest as DiagnosticArgs), diagnostic });
      }
    });
  }
}

type Sampled = Readonly<Record<string, unknown>>;

/** Tells every sample of a collector. */
export function watchStats(collector: StatsCollector, guard: Guard, tell: Tell): void {
  guard.listen<Sampled>("MediaStats", collector, "sampleReported", (report) => {
    const samples: CallingSample[] = [];
    for (const kind of ["audio", "video", "screenShare"]) {
      const sides = (report[kind] ?? {}) as { send?: Sampled[]; receive?: Sampled[] };
      for (const one of sides.send ?? []) samples.push(sample(kind, true, one));
      for (const one of sides.receive ?? []) samples.push(sample(kind, false, one));
    }
    for (const one of (report["transports"] ?? []) as Sampled[]) samples.push(sample("transport", true, one));
    tell({ event: "stats", samples });
  });
}

function sample(kind: string, sent: boolean, from: Sampled): CallingSample {
  const figures: Record<string, number> = {};
  for (const [name, value] of Object.entries(from)) {
    if (typeof value === "number" && Number.isFinite(value)) figures[name] = value;
  }
  return { kind, sent, id: text(from["id"]), codec: text(from["codecName"]), figures };
}
