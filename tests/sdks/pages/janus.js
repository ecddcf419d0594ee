/** janus.js as promises: a session, handles, and what comes in on one. */
import Janus from "/node_modules/janus-gateway/npm/dist/janus.es.js";
import { within } from "./scenario.js";

const PORT = Number(new URLSearchParams(location.search).get("port"));

/** A session at the gateway. */
export async function session() {
  const dependencies = Janus.useDefaultDependencies({ adapter: window.adapter });
  await within("Janus.init", new Promise((callback) => Janus.init({ debug: false, dependencies, callback })));
  return within(
    "the session",
    new Promise((success, error) => {
      const janus = new Janus({ server: `ws://127.0.0.1:${PORT}`, iceServers: [], success: () => success(janus), error });
    }),
  );
}

/** A handle of a plugin. `remote` resolves with its stream once it has the wanted kinds; `closed` when it is cleaned up. */
export async function attach(janus, plugin, kinds, onMessage = () => undefined) {
  const stream = new MediaStream();
  const handle = {};
  const cleaned = deferred();
  const remote = deferred();
  const opened = deferred();
  const data = deferred();
  Object.assign(handle, { remote: remote.promise, cleaned: cleaned.promise, opened: opened.promise, data: data.promise });
  handle.plugin = await within(
    plugin,
    new Promise((success, error) =>
      janus.attach({
        plugin,
        success,
        error,
        onmessage: (message, jsep) => onMessage(message, jsep, handle),
        onremotetrack: (track, _mid, on) => {
          if (!on || stream.getTracks().includes(track)) return;
          stream.addTrack(track);
          if (kinds.every((kind) => stream.getTracks().some((there) => there.kind === kind))) remote.resolve(stream);
        },
        ondataopen: opened.resolve,
        ondata: data.resolve,
        oncleanup: cleaned.resolve,
      }),
    ),
  );
  return handle;
}

/** Hangs up and detaches in order. */
export async function detach(handle) {
  handle.plugin.hangup();
  await within("the clean-up", handle.cleaned);
  await within("the detaching", new Promise((success, error) => handle.plugin.detach({ success, error })));
}

/** Ends the session. */
export const leave = (janus) =>
  within("the session's end", new Promise((success, error) => janus.destroy({ success, error })));

/** An offer or answer of a handle. */
export const describe = (handle, how, options) =>
  within(how, new Promise((success, error) => handle.plugin[how]({ ...options, success, error })));

/** A request to a handle's plugin, as janus.js sends it; resolves with the synchronous answer, if any. */
export const send = (handle, message, jsep) =>
  within(
    message.request ?? "the message",
    new Promise((success, error) => handle.plugin.send({ message, jsep, success, error })),
  );

/** A promise and what settles it. */
function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}
