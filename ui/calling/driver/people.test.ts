import { describe, expect, it } from "vitest";
import { FakeParticipant, FakeStream } from "../testing/fake-sdk";
import { Rig, settled } from "../testing/rig";

async function inCall(): Promise<Rig> {
  const rig = new Rig();
  await rig.joined();
  rig.fake.call.becomes("Connected");
  return rig;
}

/** The roster as Rust would have it. */
function roster(rig: Rig): Map<string, string> {
  const people = new Map<string, string>();
  for (const { changed, removed } of rig.all("roster")) {
    for (const id of removed) people.delete(id);
    for (const one of changed) people.set(one.id, `${one.name} ${one.state} ${one.role} ${String(one.muted)}`);
  }
  return people;
}

describe("people", () => {
  it("who is there at the start, comes, changes and goes", async () => {
    const rig = new Rig();
    rig.fake.call.remoteParticipants = [new FakeParticipant("8:orgid:o", "Olga")];
    await rig.joined();
    const ben = new FakeParticipant("8:acs:b", "Ben");
    rig.fake.call.joined(ben);
    ben.state = "Hold";
    ben.emit("stateChanged");
    await settled();
    expect([...roster(rig).values()]).toEqual(["Olga Connected Attendee true", "Ben Hold Attendee true"]);
    rig.fake.call.gone(ben);
    ben.emit("isMutedChanged");
    await settled();
    expect([...roster(rig).keys()]).toEqual(["8:orgid:o"]);
  });

  it("somebody who comes back under a new object is not lost with the old one", async () => {
    const rig = await inCall();
    const [before, after] = [new FakeParticipant("8:acs:b", "Ben"), new FakeParticipant("8:acs:b", "Ben again")];
    rig.fake.call.joined(before);
    rig.fake.call.joined(after);
    rig.fake.call.gone(before);
    await settled();
    expect([...roster(rig).values()]).toEqual(["Ben again Connected Attendee true"]);
    expect(before.listening).toBe(0);
  });

  it("missing fields are blanks, and nobody without an id is told", async () => {
    const rig = await inCall();
    const blank = new FakeParticipant("8:acs:x");
    Object.assign(blank, { state: undefined, role: undefined, videoStreams: undefined, isMuted: undefined });
    const nobody = new FakeParticipant("");
    nobody.identifier = undefined;
    rig.fake.call.joined(blank, nobody);
    rig.fake.call.emit("remoteParticipantsUpdated", {});
    await settled();
    expect(rig.last("roster").changed).toEqual([
      { id: "8:acs:x", kind: "communicationUser", name: "", state: "", role: "", muted: false, speaking: false, streams: [] },
    ]);
  });

  it("a storm of changes is told once a turn and ends as things are", async () => {
    const rig = await inCall();
    const people = Array.from({ length: 50 }, (_, n) => new FakeParticipant(`8:acs:${String(n)}`, `P${String(n)}`));
    rig.fake.call.joined(...people);
    await settled();
    const before = rig.all("roster").length;
    for (let turn = 0; turn < 2_000; turn += 1) {
      const one = people[turn % people.length];
      if (!one) continue;
      one.isSpeaking = turn % 3 === 0;
      one.isMuted = turn % 2 === 0;
      one.emit("isSpeakingChanged");
      one.emit("isMutedChanged");
      if (turn % 7 === 0) {
        rig.fake.call.gone(one);
        rig.fake.call.joined(one);
      }
    }
    await settled();
    expect(rig.all("roster").length).toBe(before + 1);
    const now = roster(rig);
    expect(now.size).toBe(50);
    for (const one of people) expect(now.get(one.identifier?.rawId ?? "")).toContain(String(one.isMuted));
  });

  it("takes only watched streams, once they are available, and names their track", async () => {
    const rig = await inCall();
    const ben = new FakeParticipant("8:acs:b", "Ben");
    const [camera, share] = [new FakeStream(1), new FakeStream(2)];
    share.mediaStreamType = "ScreenSharing";
    ben.videoStreams = [camera];
    rig.fake.call.joined(ben);
    camera.available(true);
    await settled();
    expect(camera.taken).toBe(0);
    const watched = (stream: number): { participant: string; stream: number; width: number; height: number } => ({
      participant: "8:acs:b", stream, width: 320, height: 180,
    });
    await rig.ask({ request: "watch", streams: [watched(1), watched(2), { ...watched(1), participant: "nobody" }] });
    expect(rig.last("roster").changed[0]?.streams).toEqual([
      { id: 1, kind: "Video", available: true, receiving: false, width: 0, height: 0, track: 101 },
    ]);
    ben.emit("videoStreamsUpdated", { added: [share] });
    share.available(true);
    await settled();
    expect(rig.last("roster").changed[0]?.streams.map((one) => one.track)).toEqual([101, 102]);
    await rig.ask({ request: "watch", streams: [watched(2)] });
    expect(rig.last("roster").changed[0]?.streams.map((one) => one.track)).toEqual([null, 102]);
    ben.emit("videoStreamsUpdated", { removed: [share] });
    await settled();
    expect(rig.last("roster").changed[0]?.streams.map((one) => one.id)).toEqual([1]);
    expect(share.listening).toBe(0);
  });
});
