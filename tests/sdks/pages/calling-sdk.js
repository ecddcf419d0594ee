/**
 * Microsoft's Calling SDK, unmodified: the offer that it sets is answered by another browser instead of the service. The
 * runner carries what `ask` says to `foreign.html` there.
 */
import { sdk } from "/calling/real-sdk.js";
import { capture, release, scenario, shown, within } from "./scenario.js";

const MEETING = "https://teams.microsoft.com/meet/2414128301281?p=NzhDLMLT8b07DrkwkE";
/** One for sound, eighteen for pictures, one for data. */
const LINES = 20;
/** The second of the lines for pictures: the SDK keeps the first for our own camera. */
const LINE = 2;
const PACKETS = 50;

const asked = [];
const answers = [];
window.next = () => asked.shift() ?? null;
window.answered = (answer) => answers.shift()(answer);

/** Has the other browser do something. */
function ask(what) {
  return within(
    `the other browser to ${what.do}`,
    new Promise((resolve, reject) => {
      asked.push(what);
      answers.push(({ ok, error }) => (error ? reject(new Error(`there: ${error}`)) : resolve(ok)));
    }),
  );
}

/** Resolves with the connection on which the SDK sets an offer, once its candidates are gathered. */
function connectionOfSdk() {
  const { setLocalDescription } = RTCPeerConnection.prototype;
  return new Promise((resolve) => {
    RTCPeerConnection.prototype.setLocalDescription = async function (...descriptions) {
      await setLocalDescription.apply(this, descriptions);
      if (this.getTransceivers().length < LINES - 1 || this.localDescription?.type !== "offer") return;
      RTCPeerConnection.prototype.setLocalDescription = setLocalDescription;
      // The service is never reached, and the SDK gives up: the connection is to outlive that.
      this.close = () => undefined;
      const edited = descriptions[0]?.sdp;
      const gathered = () => this.iceGatheringState === "complete" && resolve({ connection: this, edited });
      this.addEventListener("icegatheringstatechange", gathered);
      gathered();
    };
  });
}

/** The SDK has no use any more for what its connection tells once it has given up. */
const givenUp = (error) => /transportStateProvider/.test(error?.message ?? "");

function token() {
  const part = (value) => btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const now = Math.floor(Date.now() / 1000);
  const none = "00000000-0000-0000-0000-000000000000";
  const claims = { skypeid: `acs:${none}_${none}`, scp: 1792, csi: String(now), exp: now + 3600, iat: now,
    acsScope: "voip,chat", resourceId: none, resourceLocation: "unitedstates" };
  return `${part({ alg: "RS256", typ: "JWT", kid: "none" })}.${part(claims)}.c2ln`;
}

async function until(what, check) {
  const began = performance.now();
  for (;;) {
    const found = await check();
    if (found) return found;
    if (performance.now() - began > 30_000) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function received(connection, mid) {
  const report = await connection.getStats();
  const mine = [...report.values()].find((one) => one.type === "inbound-rtp" && one.mid === mid);
  return mine?.packetsReceived ?? 0;
}

scenario(async () => {
  const offered = connectionOfSdk();
  const client = sdk.client({ diagnostics: { appName: "foyer", appVersion: "test" } });
  const devices = await client.getDeviceManager();
  await devices.askDevicePermission({ audio: true, video: true });
  const agent = await client.createCallAgent(sdk.credential(async () => token()), { displayName: "Foyer" });
  agent.join({ meetingLink: MEETING }, { audioOptions: { muted: false } });
  const { connection, edited } = await within("the SDK's offer", offered);
  const { sdp } = connection.localDescription;
  const count = (line) => sdp.split("\r\n").filter((one) => one.startsWith(line)).length;
  if (count("m=") !== LINES) throw new Error(`the SDK offers ${count("m=")} lines`);
  if (/a=rtpmap:\d+ VP8/.test(edited)) throw new Error("this is not the offer that the SDK has edited");

  const answer = await ask({ do: "answer", sdp });
  await connection.setRemoteDescription({ type: "answer", sdp: answer });
  await until("the connection", () => connection.connectionState === "connected");
  const sound = connection.getTransceivers()[0];
  const heard = await until("sound from there", async () => {
    const packets = await received(connection, sound.mid);
    return packets > PACKETS && packets;
  });
  if (sound.currentDirection !== "sendrecv") throw new Error(`the line for sound is ${sound.currentDirection}`);
  const stream = await capture();
  // Here the SDK waits for the service's answer before it puts the microphone on its line.
  if (!sound.sender.track) await sound.sender.replaceTrack(stream.getAudioTracks()[0]);
  const there = await until("sound to there", async () => {
    const { audio } = await ask({ do: "count" });
    return audio.packetsReceived > PACKETS && audio.packetsReceived;
  });

  // A line wakes up, sends pictures, and sleeps again.
  const [line] = connection.getTransceivers().filter(({ mid }) => mid === String(LINE));
  const turn = async (direction) => {
    await connection.setRemoteDescription({ type: "offer", sdp: await ask({ do: "offer", line: LINE, direction }) });
    await connection.setLocalDescription();
    await ask({ do: "accept", sdp: connection.localDescription.sdp });
  };
  await turn("sendonly");
  if (line.currentDirection !== "recvonly") throw new Error(`the line is ${line.currentDirection}`);
  const picture = await shown(new MediaStream([line.receiver.track]));
  await turn("inactive");
  if (line.currentDirection !== "inactive") throw new Error(`the line is ${line.currentDirection}`);
  await until("the end of the pictures", () => line.receiver.track.muted);
  await turn("sendonly");
  const again = await shown(new MediaStream([line.receiver.track]));

  // And the other way, on a line that was the SDK's to send on.
  const own = connection.getTransceivers().find(({ mid }) => mid === "1");
  await own.sender.replaceTrack(stream.getVideoTracks()[0]);
  own.direction = "sendonly";
  await connection.setLocalDescription();
  const back = await ask({ do: "answer", sdp: connection.localDescription.sdp });
  await connection.setRemoteDescription({ type: "answer", sdp: back });
  const sent = await until("pictures there", async () => {
    const { video } = await ask({ do: "count" });
    return video?.framesDecoded > 30 && video;
  });
  release(stream);
  RTCPeerConnection.prototype.close.call(connection);
  if (connection.connectionState !== "closed") throw new Error("the connection does not close");
  return { heard, there, picture, again, sent };
}, givenUp);
