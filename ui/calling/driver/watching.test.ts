import { describe, expect, it } from "vitest";
import { FakeFeature } from "../testing/fake-sdk";
import { Rig } from "../testing/rig";

describe("features", () => {
  it("tell their value at the start and at every change", async () => {
    const rig = new Rig();
    const { call } = rig.fake;
    const capabilities = call.has("Capabilities", {
      capabilities: { turnVideoOn: { isPresent: true, reason: "Capable" }, odd: undefined },
    });
    const speakers = call.has("DominantSpeakers", { dominantSpeakers: { speakersList: [{ rawId: "a" }, {}] } });
    call.has("OptimalVideoCount", { optimalVideoCount: 4 });
    call.has("RaiseHand", { getRaisedHands: () => [{ identifier: { rawId: "a" }, order: 2 }, {}] });
    const lit = [{ identifier: { rawId: "b" }, order: 2 }, { identifier: { rawId: "a" }, order: 1 }];
    call.has("Spotlight", { getSpotlightedParticipants: () => lit });
    call.has("MediaAccess", { getMeetingMediaAccess: () => ({ isAudioPermitted: false }) });
    await rig.joined();
    expect(rig.last("capabilities").capabilities).toEqual({
      turnVideoOn: { present: true, reason: "Capable" },
      odd: { present: false, reason: "" },
    });
    expect(rig.last("dominantSpeakers").speakers).toEqual(["a", ""]);
    expect(rig.last("optimalVideoCount").count).toBe(4);
    expect(rig.last("hands").hands).toEqual([{ participant: "a", order: 2 }, { participant: "", order: 0 }]);
    expect(rig.last("spotlight").participants).toEqual(["a", "b"]);
    expect(rig.last("mediaAccess")).toEqual({ event: "mediaAccess", audio: false, video: true });
    capabilities["capabilities"] = undefined;
    capabilities.emit("capabilitiesChanged", {});
    expect(rig.last("capabilities").capabilities).toEqual({});
    speakers["dominantSpeakers"] = undefined;
    speakers.emit("dominantSpeakersChanged");
    expect(rig.last("dominantSpeakers").speakers).toEqual([]);
  });

  it("that throw are told once and take nothing else with them", async () => {
    const rig = new Rig();
    const { call } = rig.fake;
    const hands = call.has("RaiseHand", {
      getRaisedHands: () => {
        throw new Error("not now");
      },
    });
    const reactions = call.has("Reaction");
    await rig.joined();
    for (let turn = 0; turn < 3; turn += 1) hands.emit("raisedHandEvent", {});
    reactions.emit("reaction", undefined);
    reactions.emit("reaction", { identifier: { rawId: "a" }, reactionMessage: { reactionType: "heart" } });
    expect(rig.all("unsupported").filter((one) => one.feature === "RaiseHand")).toEqual([
      { event: "unsupported", feature: "RaiseHand", reason: "not now" },
    ]);
    expect(rig.all("reaction")).toEqual([{ event: "reaction", participant: "a", reaction: "heart" }]);
  });

  it("captions are told as shown, with what was spoken where that differs", async () => {
    const rig = new Rig();
    const asked: unknown[] = [];
    const captions = Object.assign(new FakeFeature(), {
      isCaptionsFeatureActive: false, activeSpokenLanguage: "en-us", supportedSpokenLanguages: ["en-us"],
      startCaptions: (options: unknown) => Promise.resolve(asked.push(options)),
      setSpokenLanguage: (language: unknown) => Promise.resolve(asked.push(language)),
    });
    rig.fake.call.has("Captions", { captions });
    await rig.joined();
    expect(rig.last("captionState").captions).toEqual({
      active: false, spoken: "en-us", shown: "", spokenLanguages: ["en-us"], shownLanguages: [],
    });
    await rig.ask({ request: "setCaptions", on: true, spoken: null });
    await rig.ask({ request: "setCaptions", on: true, spoken: "ru-ru" });
    await rig.ask({ request: "setSpokenLanguage", language: "de-de" });
    await rig.ask({ request: "setCaptionLanguage", language: "fr" });
    expect(asked).toEqual([undefined, { spokenLanguage: "ru-ru" }, "de-de"]);
    expect(rig.last("failed").request).toBe("setCaptionLanguage");
    const speaker = { identifier: { rawId: "a" }, displayName: "Ada" };
    captions.emit("CaptionsReceived", {
      speaker, captionText: "Bonjour", captionLanguage: "fr", spokenText: "Hello", resultType: "Final", timestamp: new Date(7),
    });
    captions.emit("CaptionsReceived", { spokenText: "Well", spokenLanguage: "en-us" });
    const told = rig.all("caption").map((one) => one.caption);
    expect(told).toEqual([
      { participant: "a", name: "Ada", text: "Bonjour", language: "fr", spoken: "Hello", done: true, atMs: 7 },
      { participant: "", name: "", text: "Well", language: "en-us", spoken: "", done: false, atMs: 0 },
    ]);
  });

  it("diagnostics and figures are plain numbers", async () => {
    const rig = new Rig();
    const network = Object.assign(new FakeFeature(), {
      getLatest: () => ({ noNetwork: { value: true, valueType: "DiagnosticFlag" }, networkReconnect: undefined }),
    });
    rig.fake.call.has("UserFacingDiagnostics", { network });
    const collector = Object.assign(new FakeFeature(), { disposed: 0, dispose: () => (collector.disposed += 1) });
    rig.fake.call.has("MediaStats", { createCollector: () => collector });
    await rig.joined();
    network.emit("diagnosticChanged", { diagnostic: "networkSendQuality", value: 3, valueType: "DiagnosticQuality" });
    expect(rig.all("diagnostic")).toEqual([
      { event: "diagnostic", name: "noNetwork", value: 1, quality: false },
      { event: "diagnostic", name: "networkSendQuality", value: 3, quality: true },
    ]);
    await rig.ask({ request: "collect", every: 5 });
    collector.emit("sampleReported", {
      audio: { send: [{ id: "1", codecName: "opus", bitrate: 24_000, rttInMs: NaN }] },
      transports: [{ id: "t", rttInMs: 20 }],
    });
    expect(rig.last("stats").samples).toEqual([
      { kind: "audio", sent: true, id: "1", codec: "opus", figures: { bitrate: 24_000 } },
      { kind: "transport", sent: true, id: "t", codec: "", figures: { rttInMs: 20 } },
    ]);
    await rig.ask({ request: "collect", every: null });
    expect([collector.disposed, collector.listening]).toEqual([1, 0]);
  });
});
