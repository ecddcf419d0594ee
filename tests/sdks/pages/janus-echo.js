/** Janus's echo test: sound, picture and data come back. */
import { scenario, shown, within } from "./scenario.js";
import { attach, describe, detach, leave, send, session } from "./janus.js";

scenario(async () => {
  const janus = await session();
  const echo = await attach(janus, "janus.plugin.echotest", ["audio", "video"], (message, jsep, { plugin }) => {
    if (jsep) plugin.handleRemoteJsep({ jsep, error: (error) => void Promise.reject(error) });
  });
  const tracks = [
    { type: "audio", capture: true, recv: true },
    { type: "video", capture: { width: 640, height: 360 }, recv: true },
    { type: "data" },
  ];
  const jsep = await describe(echo, "createOffer", { tracks });
  await send(echo, { audio: true, video: true, videocodec: "h264" }, jsep);
  await within("the data channel", echo.opened);
  await within("sending data", new Promise((success, error) => echo.plugin.data({ text: "ping", success, error })));
  const data = await within("the echo", echo.data);
  if (!data.endsWith("ping")) throw new Error(`the echo is ${data}`);
  const video = await shown(await within("the stream", echo.remote));
  await detach(echo);
  await leave(janus);
  return { data, video };
});
