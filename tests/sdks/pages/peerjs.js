/** peerjs and its server: a data connection and a call between two peers in one page. */
import { capture, release, said, scenario, shown, within } from "./scenario.js";

const Peer = window.Peer;

scenario(async () => {
  const port = Number(new URLSearchParams(location.search).get("port"));
  const options = { host: "127.0.0.1", port, path: "/pj", config: { iceServers: [] } };
  const run = crypto.randomUUID();
  const [one, other] = [new Peer(`a-${run}`, options), new Peer(`b-${run}`, options)];
  await within("both to register", Promise.all([said(one, "open"), said(other, "open")]));

  other.on("connection", (connection) => connection.on("data", (data) => connection.send({ pong: data.ping })));
  const channel = one.connect(other.id);
  await within("the data connection", said(channel, "open"));
  const echo = said(channel, "data");
  channel.send({ ping: run });
  const { pong } = await within("the echo", echo);
  if (pong !== run) throw new Error(`the echo is ${pong}`);

  const [mine, theirs] = [await capture(), await capture()];
  const called = said(other, "call").then((call) => {
    call.answer(theirs);
    return call;
  });
  const call = one.call(other.id, mine);
  const back = said(call, "stream");
  const answered = await within("the call", called);
  const there = said(answered, "stream");
  const video = await shown(await within("the answer's stream", back));
  const videoThere = await shown(await within("the caller's stream", there));

  const closed = Promise.all([said(call, "close"), said(answered, "close"), said(channel, "close")]);
  call.close();
  channel.close();
  await within("the connections to close", closed);
  const gone = Promise.all([said(one, "close"), said(other, "close")]);
  one.destroy();
  other.destroy();
  await within("both to leave", gone);
  [mine, theirs].forEach(release);
  return { data: "pong", video, videoThere };
});
