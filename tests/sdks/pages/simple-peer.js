/** simple-peer: two peers in one page, one sends camera and microphone, the other echoes data. */
import { capture, release, said, scenario, shown, within } from "./scenario.js";

const SimplePeer = window.SimplePeer;

scenario(async () => {
  const stream = await capture();
  const config = { iceServers: [] };
  const [one, other] = [new SimplePeer({ initiator: true, stream, config }), new SimplePeer({ config })];
  one.on("signal", (signal) => other.signal(signal));
  other.on("signal", (signal) => one.signal(signal));
  other.on("data", (data) => other.send(data));
  const remote = said(other, "stream");
  await within("both to connect", Promise.all([said(one, "connect"), said(other, "connect")]));
  const echo = said(one, "data");
  one.send("ping");
  const data = String(await within("the echo", echo));
  if (data !== "ping") throw new Error(`the echo is ${data}`);
  const video = await shown(await within("the stream", remote));
  const closed = Promise.all([said(one, "close"), said(other, "close")]);
  one.destroy();
  await within("both to close", closed);
  release(stream);
  return { data, video };
});
