import { describe, expect, it } from "vitest";
import { FakeCall, FakeFeature, FakeParticipant, sdkError } from "../testing/fake-sdk";
import { JOIN, Rig, settled } from "../testing/rig";

describe("joining", () => {
  it("hands the SDK what Rust said, and a token that Rust is asked for", async () => {
    const rig = new Rig();
    await rig.joined({ relays: [{ urls: ["turns:relay"], username: "u", credential: "c" }] });
    expect(rig.fake.joins).toEqual([
      [{ meetingLink: "https://teams.microsoft.com/meet/1?p=x" }, { audioOptions: { muted: true } }],
    ]);
    expect(rig.fake.displayName).toBe("Ada");
    expect(rig.fake.clientOptions).toEqual({
      diagnostics: { appName: "foyer", appVersion: "1" },
      networkConfiguration: { turn: { iceServers: [{ urls: ["turns:relay"], username: "u", credential: "c" }] } },
    });
    const token = rig.fake.credential?.getToken();
    const { ask } = rig.last("tokenWanted");
    await rig.ask({ request: "token", ask, token: { token: "t", expiresMs: 5 } });
    expect(await token).toEqual({ token: "t", expiresOnTimestamp: 5 });
    const second = rig.fake.credential?.getToken();
    const refused = expect(second).rejects.toThrow("no token");
    await rig.ask({ request: "token", ask: rig.last("tokenWanted").ask, token: null });
    await refused;
    await rig.ask({ request: "token", ask: 99, token: null });
  });

  it("joins by id, with and without a passcode", async () => {
    for (const passcode of [null, "p"]) {
      const rig = new Rig();
      await rig.joined({ locator: { by: "id", id: "123", passcode } });
      expect(rig.fake.joins[0]?.[0]).toEqual(passcode === null ? { meetingId: "123" } : { meetingId: "123", passcode });
    }
  });

  it("tells why there is no agent, and joins nothing", async () => {
    const rig = new Rig();
    rig.fake.agentError = sdkError(500, 40216);
    await rig.joined();
    expect(rig.last("agent").error).toMatchObject({ code: 500, subCode: 40216, message: "refused" });
    expect(rig.fake.joins).toEqual([]);
  });

  it("has one identity per page", async () => {
    const rig = new Rig();
    await rig.joined();
    await rig.joined();
    expect(rig.fake.joins.length).toBe(1);
    expect(rig.last("failed").request).toBe("join");
  });

  it("joins without a camera that does not open", async () => {
    const rig = new Rig();
    rig.mediaError = new DOMException("busy", "NotReadableError");
    await rig.joined({ camera: true });
    expect(rig.last("failed")).toMatchObject({ request: "setCamera", failure: { name: "NotReadableError" } });
    expect(rig.fake.joins[0]?.[1]).toEqual({ audioOptions: { muted: true } });
  });

  it("tells what the SDK makes of the webview", async () => {
    const rig = new Rig();
    await rig.ask({ request: "probe", preview: true });
    expect(rig.last("environment").environment).toMatchObject({
      platform: "Linux", browser: "Safari", browserVersion: "", supportedPlatform: true, supported: false,
    });
    expect(rig.last("cameras").labels).toEqual(["Test card"]);
    expect(rig.last("failed").request).toBe("preview");
    expect(rig.fake.streams.every((stream) => stream.disposed)).toBe(true);
  });

  it("refuses what needs a call before there is one", async () => {
    const rig = new Rig();
    await rig.ask({ request: "setMuted", muted: true, device: null });
    await rig.ask({ request: "raiseHand", raised: true });
    expect(rig.all("failed").map((one) => one.request)).toEqual(["setMuted", "raiseHand"]);
  });
});

describe("a call", () => {
  it("tells its states, and why it ended before that it ended", async () => {
    const rig = new Rig();
    await rig.joined();
    for (const state of ["Connecting", "InLobby", "Connected"]) rig.fake.call.becomes(state);
    rig.fake.call.becomes("SomethingNew");
    rig.fake.call.state = undefined;
    rig.fake.call.emit("stateChanged");
    rig.fake.call.ends(490, 4525);
    expect(rig.all("state").map((one) => one.state)).toEqual([
      "None", "Connecting", "InLobby", "Connected", "Disconnected",
    ]);
    expect(rig.told.slice(-2)).toEqual([
      { event: "endReason", code: 490, subCode: 4525 },
      { event: "state", state: "Disconnected" },
    ]);
  });

  it("ends without a reason too", async () => {
    const rig = new Rig();
    await rig.joined();
    rig.fake.call.becomes("Disconnected");
    expect(rig.all("endReason")).toEqual([]);
    expect(rig.last("state").state).toBe("Disconnected");
  });

  it("tells the chat's thread when it is known and when it changes", async () => {
    const rig = new Rig();
    await rig.joined();
    expect(rig.all("thread")).toEqual([]);
    const { call } = rig.fake;
    for (const threadId of ["19:a", "19:a", "19:b"]) {
      if (call.info) call.info.threadId = threadId;
      call.infoChanges.emit("callInfoChanged");
    }
    expect(rig.all("thread").map((one) => one.id)).toEqual(["19:a", "19:b"]);
  });

  it("survives a call without anything", async () => {
    const rig = new Rig();
    const { call } = rig.fake;
    call.info = undefined;
    call.remoteParticipants = undefined;
    call.role = undefined;
    await rig.joined();
    call.becomes("Connected");
    expect(rig.last("state").state).toBe("Connected");
    const missing = rig.all("unsupported").map((one) => one.feature);
    expect(missing).toContain("Recording");
    expect(new Set(missing).size).toBe(missing.length);
  });

  it("speaks with the microphone that the guest chose", async () => {
    const rig = new Rig();
    await rig.joined();
    await rig.ask({ request: "setMuted", muted: false, device: "b" });
    expect(rig.fake.call.isMuted).toBe(false);
    await rig.ask({ request: "setMuted", muted: true, device: null });
    await rig.ask({ request: "setMuted", muted: false, device: "gone" });
    expect(rig.fake.call.isMuted).toBe(false);
    expect(rig.fake.call.asked).toEqual([["selectMicrophone", "microphone:b"]]);
    expect(rig.last("failed").request).toBe("selectMicrophone");
  });

  it("keeps us silent until the consent is through, and muted if we were muted since", async () => {
    const rig = new Rig();
    let through = (): void => undefined;
    rig.fake.call.has("Recording", {
      isRecordingActive: true, isTeamsConsentRequired: true,
      grantTeamsConsent: () => new Promise<void>((resolve) => (through = resolve)),
    });
    rig.fake.call.has("Transcription", { isTranscriptionActive: false, isTeamsConsentRequired: false });
    await rig.joined();
    rig.fake.call.isMuted = true;
    expect(rig.last("recording")).toEqual({ event: "recording", active: true, consentRequired: true });
    const asked = [
      rig.driver.take({ request: "grantConsent" }),
      rig.driver.take({ request: "setMuted", muted: false, device: "b" }),
      rig.driver.take({ request: "setCamera", on: true, device: null }),
    ];
    await settled();
    expect([rig.fake.call.isMuted, rig.tracks.length]).toEqual([true, 0]);
    asked.push(rig.driver.take({ request: "setMuted", muted: true, device: null }));
    through();
    await Promise.all(asked);
    expect([rig.fake.call.isMuted, rig.tracks.length]).toEqual([true, 1]);
    expect(rig.all("failed")).toEqual([]);
  });

  it("opens and closes our pictures with what it is asked, in order", async () => {
    const rig = new Rig();
    await rig.joined();
    const { call } = rig.fake;
    await Promise.all([
      rig.driver.take({ request: "setCamera", on: true, device: "front" }),
      rig.driver.take({ request: "setCamera", on: false, device: null }),
      rig.driver.take({ request: "setCamera", on: true, device: null }),
    ]);
    expect(call.asked.map(([what]) => what)).toEqual(["startVideo", "stopVideo", "startVideo"]);
    expect(rig.tracks.map((track) => track.stopped)).toEqual([true, false]);
    expect(rig.cameras).toEqual(["front", null]);
    expect(rig.last("cameraOn").on).toBe(true);
    await rig.ask({ request: "setShare", on: true });
    expect(rig.last("failed")).toMatchObject({ request: "setShare", failure: { code: 412, subCode: 41071 } });
    call.becomes("Connected");
    await rig.ask({ request: "setShare", on: true });
    expect(rig.last("shareOn").on).toBe(true);
    await rig.ask({ request: "setShare", on: false });
    expect(rig.last("shareOn").on).toBe(false);
    expect(rig.tracks.map((track) => track.stopped)).toEqual([true, false, true, true]);
    await rig.ask({ request: "limitVideo", height: 360, frameRate: null, bitrate: 1 });
    expect(call.asked.at(-1)).toEqual([
      "setConstraints", { video: { send: { frameHeight: { max: 360 }, bitrate: { max: 1 } } } },
    ]);
  });

  it("leaves: hangs up, closes our pictures, disposes of the agent", async () => {
    const rig = new Rig();
    await rig.joined({ camera: true });
    rig.fake.call.becomes("Connected");
    await rig.ask({ request: "leave", forEveryone: false });
    await rig.ask({ request: "leave", forEveryone: false });
    expect(rig.fake.call.asked).toEqual([["hangUp", { forEveryone: false }]]);
    expect(rig.tracks.every((track) => track.stopped)).toBe(true);
    expect(rig.fake.agentDisposed).toBe(1);
    expect(rig.told.filter((one) => one.event === "left").length).toBe(1);
    await rig.joined();
    expect(rig.fake.joins.length).toBe(1);
  });

  it("hangs up and waits for what the guest says of it before it leaves", async () => {
    const rig = new Rig();
    const done: unknown[] = [];
    let arrive = (): void => undefined;
    rig.fake.call.has("CallSurvey", {
      submitSurvey: (survey: unknown) => new Promise<void>((resolve) => {
        done.push(survey);
        arrive = resolve;
      }),
    });
    await rig.joined();
    rig.fake.call.becomes("Connected");
    await rig.ask({ request: "setCamera", on: true, device: null });
    await rig.ask({ request: "hangUp" });
    expect(rig.fake.call.asked.at(-1)).toEqual(["hangUp", { forEveryone: false }]);
    expect(rig.tracks.every((track) => track.stopped)).toBe(true);
    expect(rig.all("left")).toEqual([]);
    void rig.ask({ request: "survey", survey: { overall: 2, audio: 1, video: null, share: null } });
    const left = rig.ask({ request: "leave", forEveryone: false });
    await settled();
    expect(done).toEqual([{ overallRating: { score: 2 }, audioRating: { score: 1 } }]);
    expect(rig.fake.agentDisposed).toBe(0);
    arrive();
    await left;
    expect(rig.fake.agentDisposed).toBe(1);
    expect(rig.fake.call.asked.filter(([what]) => what === "hangUp").length).toBe(1);
    expect(rig.told.at(-1)).toEqual({ event: "left" });
  });

  it("goes on in a breakout room and comes back when that closes", async () => {
    const rig = new Rig();
    const main = rig.fake.call;
    const breakout = new FakeCall();
    const room = {
      threadId: "19:room", displayName: "Room 1", state: "open",
      join: () => Promise.resolve(breakout), returnToMainMeeting: () => Promise.resolve(main),
    };
    const rooms = main.has("BreakoutRooms", { assignedBreakoutRooms: room });
    await rig.joined();
    main.becomes("Connected");
    expect(rig.last("breakout").room).toMatchObject({ name: "Room 1", open: true, mayReturn: true, automatic: false });
    await rig.ask({ request: "joinBreakout" });
    rooms.emit("breakoutRoomsUpdated", { type: "join", data: breakout });
    expect(rig.all("moved").map((one) => one.inBreakout)).toEqual([true]);
    breakout.joined(new FakeParticipant("8:acs:b", "Ben"));
    await settled();
    expect(rig.last("roster").changed[0]?.name).toBe("Ben");
    main.becomes("LocalHold");
    expect(rig.last("state").state).toBe("None");
    breakout.ends(0, 5030);
    expect(rig.all("moved").map((one) => one.inBreakout)).toEqual([true, false]);
    expect(rig.all("endReason")).toEqual([]);
    main.becomes("Connected");
    main.ends(0, 4097);
    expect(rig.last("endReason")).toEqual({ event: "endReason", code: 0, subCode: 4097 });
  });

  it("refuses consent, dial-in and survey where the SDK has none, and does them where it has", async () => {
    const rig = new Rig();
    await rig.joined();
    await rig.ask({ request: "grantConsent" });
    await rig.ask({ request: "dialIn" });
    const none = { overall: 5, audio: null, video: null, share: null };
    await rig.ask({ request: "survey", survey: none });
    expect(rig.all("failed").map((one) => one.request)).toEqual(["grantConsent", "dialIn", "survey"]);

    const able = new Rig();
    const done: unknown[] = [];
    const consent = (name: string, isTeamsConsentRequired: boolean): object => ({
      isTeamsConsentRequired, isRecordingActive: true,
      grantTeamsConsent: () => Promise.resolve(done.push(name)),
    });
    able.fake.call.has("Recording", consent("recording", true));
    able.fake.call.has("Transcription", consent("transcription", false));
    able.fake.call.has("CallSurvey", { submitSurvey: (survey: unknown) => Promise.resolve(done.push(survey)) });
    able.fake.call.has("TeamsMeetingAudioConferencing", {
      getTeamsMeetingAudioConferencingDetails: () =>
        Promise.resolve({ phoneConferenceId: "77", phoneNumbers: [{ tollPhoneNumber: { phoneNumber: "+1" } }, {}] }),
    });
    await able.joined();
    expect(able.last("recording")).toEqual({ event: "recording", active: true, consentRequired: true });
    await able.ask({ request: "grantConsent" });
    await able.ask({ request: "survey", survey: none });
    await able.ask({ request: "dialIn" });
    expect(done).toEqual(["recording", { overallRating: { score: 5 } }]);
    expect(able.last("dialIn").phones.map((phone) => phone.toll)).toEqual(["+1", ""]);
  });

  it("keeps no listener on a call that is left behind", async () => {
    const rig = new Rig();
    const main = rig.fake.call;
    const rooms = main.has("BreakoutRooms");
    const hands = main.has("RaiseHand", { getRaisedHands: () => [] });
    await rig.joined(JOIN);
    main.joined(new FakeParticipant("8:acs:b"));
    rooms.emit("breakoutRoomsUpdated", { type: "join", data: new FakeCall() });
    const left = [main, rooms, hands, main.infoChanges, ...(main.remoteParticipants ?? [])];
    expect(left.map((one: FakeFeature | FakeCall | FakeParticipant | { listening: number }) => one.listening)).toEqual([0, 0, 0, 0, 0]);
  });
});
