// Proves to the compiler that Microsoft's public typings fit those that the driver is written against. Never run, and
// checked only where the package is installed.

import type * as acs from "@azure/communication-calling";
import type * as own from "./features";
import type * as sdk from "./sdk";

type Fits<Own, Real extends Own> = Real;

export type Conformance = [
  Fits<sdk.Agent, acs.CallAgent>,
  Fits<sdk.Call, acs.Call>,
  Fits<sdk.Client, acs.CallClient>,
  Fits<sdk.DeviceManager, acs.DeviceManager>,
  Fits<sdk.LocalStream, acs.LocalVideoStream>,
  Fits<sdk.RemoteParticipant, acs.RemoteParticipant>,
  Fits<sdk.RemoteVideoStream, acs.RemoteVideoStream>,
  Fits<sdk.Renderer, acs.VideoStreamRenderer>,
  Fits<own.AudioConferencing, acs.TeamsMeetingAudioConferencingCallFeature>,
  Fits<own.BreakoutRooms, acs.BreakoutRoomsCallFeature>,
  Fits<own.Capabilities, acs.CapabilitiesFeature>,
  Fits<own.Captions, acs.TeamsCaptions>,
  Fits<own.CaptionsFeature, acs.CaptionsCallFeature>,
  Fits<own.DebugInfo, acs.DebugInfoCallClientFeature>,
  Fits<own.Diagnostics, acs.UserFacingDiagnosticsFeature>,
  Fits<own.DominantSpeakers, acs.DominantSpeakersCallFeature>,
  Fits<own.MediaAccess, acs.MediaAccessCallFeature>,
  Fits<own.MediaStats, acs.MediaStatsCallFeature>,
  Fits<own.OptimalVideoCount, acs.OptimalVideoCountCallFeature>,
  Fits<own.RaiseHand, acs.RaiseHandCallFeature>,
  Fits<own.Reaction, acs.ReactionCallFeature>,
  Fits<own.RealTimeText, acs.RealTimeTextFeature>,
  Fits<own.Recording, acs.RecordingCallFeature>,
  Fits<own.Spotlight, acs.SpotlightCallFeature>,
  Fits<own.SurveyFeature, acs.CallSurveyFeature>,
  Fits<own.Transcription, acs.TranscriptionCallFeature>,
  Fits<own.CaptionArgs, acs.TeamsCaptionsInfo>,
  Fits<own.ReactionArgs, acs.ReactionEventPayload>,
  Fits<own.RealTimeTextArgs, acs.RealTimeTextInfo>,
  Fits<own.BreakoutArgs, acs.BreakoutRoomsEventData>,
];
