/** The other end of the Calling SDK's connection: it does what it is asked to, over WebDriver. */
const connection = new RTCPeerConnection();
let camera;

const gathered = () =>
  new Promise((resolve) => {
    const look = () => connection.iceGatheringState === "complete" && resolve(connection.localDescription.sdp);
    connection.addEventListener("icegatheringstatechange", look);
    look();
  });

const deeds = {
  async answer({ sdp }) {
    await connection.setRemoteDescription({ type: "offer", sdp });
    camera ??= await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360 } });
    const [sound] = connection.getTransceivers();
    if (!sound.sender.track) {
      await sound.sender.replaceTrack(camera.getAudioTracks()[0]);
      sound.direction = "sendrecv";
    }
    await connection.setLocalDescription();
    return gathered();
  },
  async offer({ line, direction }) {
    const transceiver = connection.getTransceivers().find(({ mid }) => mid === String(line));
    await transceiver.sender.replaceTrack(direction === "inactive" ? null : camera.getVideoTracks()[0]);
    transceiver.direction = direction;
    await connection.setLocalDescription();
    return gathered();
  },
  async accept({ sdp }) {
    await connection.setRemoteDescription({ type: "answer", sdp });
  },
  async count() {
    const report = [...(await connection.getStats()).values()];
    const inbound = (kind) => report.find((one) => one.type === "inbound-rtp" && one.kind === kind) ?? null;
    const video = inbound("video");
    const codec = report.find(({ id }) => id === video?.codecId)?.mimeType;
    const { packetsReceived = 0 } = inbound("audio") ?? {};
    return {
      audio: { packetsReceived },
      video: video && { framesDecoded: video.framesDecoded, frameWidth: video.frameWidth, codec },
    };
  },
};

window.obey = async (what) => {
  try {
    return { ok: (await deeds[what.do](what)) ?? null };
  } catch (error) {
    return { error: String(error?.stack ?? error) };
  }
};
