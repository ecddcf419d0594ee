/**
 * When the polyfill's media workers deal with each picture. Runs before the first of them starts: what they use of the
 * webview is wrapped, they themselves are as in the app. Times are milliseconds since 1970.
 */

const CHANNEL = "delays";

/** Runs in the worker, before the polyfill's script. */
const WATCH = `
  const clock = () => performance.timeOrigin + performance.now();
  const pictures = new Map();
  const note = (timestamp, step) => {
    const times = pictures.get(timestamp) ?? pictures.set(timestamp, {}).get(timestamp);
    times[step] ??= clock();
  };
  self.WebSocket = class extends WebSocket {
    set onmessage(listener) {
      super.onmessage = (event) => {
        const { data } = event;
        if (data instanceof ArrayBuffer) note(Number(new DataView(data).getBigInt64(12, true)), "came");
        listener(event);
      };
    }
  };
  self.VideoDecoder = class extends VideoDecoder {
    constructor(init) {
      const output = (picture) => {
        note(picture.timestamp, "decoded");
        init.output(picture);
      };
      super({ ...init, output });
    }
    decode(chunk) {
      note(chunk.timestamp, "asked");
      super.decode(chunk);
    }
  };
  const write = WritableStreamDefaultWriter.prototype.write;
  WritableStreamDefaultWriter.prototype.write = async function (picture) {
    const { timestamp } = picture;
    await write.call(this, picture);
    note(timestamp, "taken");
  };
  new BroadcastChannel("${CHANNEL}").onmessage = ({ data }) => {
    if (data.ask !== "begin" && data.ask !== "collect") return;
    const rows = [...pictures].map(([timestamp, times]) => ({ timestamp, ...times }));
    pictures.clear();
    if (data.ask === "collect") new BroadcastChannel("${CHANNEL}").postMessage({ rows });
  };
`;

let workers = 0;

const Native = Worker;
window.Worker = class extends Native {
  constructor(url, options) {
    const script = `${WATCH}; importScripts(${JSON.stringify(String(url))});`;
    super(URL.createObjectURL(new Blob([script], { type: "text/javascript" })), options);
    workers += 1;
  }
  terminate() {
    workers -= 1;
    super.terminate();
  }
};

/** From now on; the answer collects what was noted until then. Empty where nothing runs on the bridge. */
export function delays() {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage({ ask: "begin" });
  return async () => {
    const rows = [];
    let left = workers;
    if (left > 0) {
      const all = new Promise((resolve) => {
        channel.onmessage = ({ data }) => {
          if (!data.rows) return;
          rows.push(...data.rows);
          left -= 1;
          if (left === 0) resolve();
        };
      });
      channel.postMessage({ ask: "collect" });
      await all;
    }
    channel.close();
    return rows;
  };
}
