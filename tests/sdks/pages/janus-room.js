/** Janus's video room: one handle publishes, another of the same page subscribes. */
import { scenario, shown, within } from "./scenario.js";
import { attach, describe, detach, leave, send, session } from "./janus.js";

const PLUGIN = "janus.plugin.videoroom";

scenario(async () => {
  const janus = await session();
  const joined = {};
  const published = new Promise((resolve, reject) => Object.assign(joined, { resolve, reject }));

  const publisher = await attach(janus, PLUGIN, [], (message, jsep, { plugin }) => {
    if (message.error) joined.reject(new Error(message.error));
    if (message.videoroom === "joined") joined.resolve(message);
    if (jsep) plugin.handleRemoteJsep({ jsep, error: (error) => void Promise.reject(error) });
  });
  const { room } = await send(publisher, { request: "create", publishers: 4, videocodec: "h264", bitrate: 1_000_000 });
  await send(publisher, { request: "join", ptype: "publisher", room });
  const { id: feed, private_id } = await within("joining the room", published);
  const tracks = [
    { type: "audio", capture: true, recv: false },
    { type: "video", capture: { width: 640, height: 360 }, recv: false },
  ];
  await send(publisher, { request: "publish" }, await describe(publisher, "createOffer", { tracks }));
  await within("the publisher's media", publisherUp(publisher));

  const subscriber = await attach(janus, PLUGIN, ["audio", "video"], async (message, jsep, handle) => {
    if (message.error) throw new Error(message.error);
    if (!jsep) return;
    const answer = await describe(handle, "createAnswer", { jsep });
    await send(handle, { request: "start" }, answer);
  });
  await send(subscriber, { request: "join", ptype: "subscriber", room, streams: [{ feed }], private_id });
  const video = await shown(await within("the stream", subscriber.remote)).catch(async (error) => {
    throw new Error(`${error.message}; ${await figures(publisher, "outbound-rtp")}; ${await figures(subscriber, "inbound-rtp")}`);
  });
  await detach(subscriber);
  await detach(publisher);
  await leave(janus);
  return { video };
});

/** Janus has told that it sees the publisher's connection. */
async function publisherUp({ plugin }) {
  const connection = plugin.webrtcStuff.pc;
  while (connection.connectionState !== "connected") {
    await new Promise((resolve) => connection.addEventListener("connectionstatechange", resolve, { once: true }));
  }
}

/** What tells a stream that stands still from one that is lost. */
async function figures({ plugin }, type) {
  const entries = [...(await plugin.webrtcStuff.pc.getStats()).values()];
  return JSON.stringify(entries.filter((entry) => entry.kind === "video" && entry.type === type));
}
