// One part in a practice meeting: signalling and media, without any view.

const RETRY_FOR_MS = 30_000;

/**
 * Events (CustomEvent with detail): welcome, lobby, admitted, denied, removed, ended, gone, refused {code, message},
 * roster, waiting, speaking, chat, hands, reaction, typing, mutedByHost, shareRefused, track {participant, kind, track}, trackEnded, media.
 */
export class Call extends EventTarget {
  constructor({ id, name, secret, codec }) {
    super();
    this.id = id;
    this.name = name;
    this.secret = secret;
    this.codec = codec;
    this.local = { audio: null, camera: null, share: null };
    this.lines = new Map();
    this.muted = true;
    this.cameraOn = false;
    this.over = false;
    this.work = Promise.resolve();
  }

  start() {
    this.startedAt = performance.now();
    this.connect({ type: 'join', name: this.name, secret: this.secret });
  }

  say(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  connect(join) {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/meet/${encodeURIComponent(this.id)}/ws`);
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify(join));
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      // One after the other: an offer must be answered before the next is looked at.
      this.work = this.work.then(() => this.hear(message)).catch((error) => console.error(message.type, error));
    };
    socket.onclose = () => { this.work = this.work.then(() => this.closed()); };
  }

  closed() {
    if (this.over) return;
    if (!this.resumeToken || this.fatal) {
      this.finish('gone', { code: this.fatal?.code ?? 'net.unreachable' });
      return;
    }
    this.lostAt ??= performance.now();
    if (performance.now() - this.lostAt > RETRY_FOR_MS) {
      this.finish('gone', { code: 'net.unreachable' });
      return;
    }
    this.tell('media', { state: 'reconnecting' });
    setTimeout(() => {
      if (!this.over) this.connect({ type: 'join', name: this.name, resumeToken: this.resumeToken });
    }, 1000);
  }

  finish(type, detail) {
    if (this.over) return;
    this.over = true;
    this.pc?.close();
    for (const track of Object.values(this.local)) track?.stop();
    this.socket?.close();
    this.tell(type, detail);
  }

  async hear(message) {
    this.fatal = undefined;
    switch (message.type) {
      case 'welcome':
        this.me = message.participant;
        this.resumeToken = message.resumeToken;
        this.lostAt = undefined;
        this.say({ type: 'mute', muted: this.muted });
        this.say({ type: 'camera', on: this.cameraOn });
        this.tell('welcome', message);
        break;
      case 'denied':
      case 'removed':
      case 'ended':
        this.finish(message.type, message);
        break;
      case 'offer':
        await this.offered(message);
        break;
      case 'candidate':
        await this.pc?.addIceCandidate(message.candidate);
        break;
      case 'mutedByHost':
        this.setMuted(true);
        this.tell('mutedByHost');
        break;
      case 'shareRefused':
        this.endShare();
        this.tell('shareRefused', message);
        break;
      case 'error':
        this.fatal = message;
        this.tell('refused', message);
        break;
      default:
        this.tell(message.type, message);
    }
  }

  async offered({ negotiation, sdp, tracks }) {
    this.pc ??= this.open();
    const pc = this.pc;
    await pc.setRemoteDescription({ type: 'offer', sdp });
    const now = new Map();
    for (const { mid, participant, kind } of tracks) {
      const transceiver = pc.getTransceivers().find((candidate) => candidate.mid === mid);
      if (!transceiver) continue;
      now.set(`${participant}/${kind}`, { participant, kind, transceiver });
      if (participant === this.me) {
        transceiver.direction = 'sendonly';
        await transceiver.sender.replaceTrack(this.local[kind]);
      } else {
        transceiver.direction = 'recvonly';
      }
    }
    await pc.setLocalDescription(await pc.createAnswer());
    this.say({ type: 'answer', negotiation, sdp: pc.localDescription.sdp });
    const before = this.lines;
    this.lines = now;
    for (const { participant, kind, transceiver } of now.values()) {
      if (participant === this.me && kind !== 'audio') await this.prefer(transceiver);
    }
    for (const [key, line] of before) {
      if (now.get(key)?.transceiver !== line.transceiver && line.participant !== this.me) this.tell('trackEnded', line);
    }
    for (const [key, line] of now) {
      if (before.get(key)?.transceiver === line.transceiver || line.participant === this.me) continue;
      this.tell('track', { participant: line.participant, kind: line.kind, track: line.transceiver.receiver.track });
    }
  }

  open() {
    const pc = new RTCPeerConnection();
    pc.onicecandidate = ({ candidate }) => {
      if (candidate) this.say({ type: 'candidate', candidate: candidate.toJSON() });
    };
    pc.onconnectionstatechange = () => {
      this.tell('media', { state: pc.connectionState });
      if (pc.connectionState === 'failed') this.say({ type: 'restartIce' });
    };
    return pc;
  }

  /** An answer cannot choose: what is sent follows the offer's order, unless the sender is told otherwise. */
  async prefer({ sender }) {
    const wanted = `video/${this.codec}`.toLowerCase();
    const parameters = sender.getParameters();
    const codec = parameters.codecs.find(({ mimeType }) => mimeType.toLowerCase() === wanted);
    if (!this.codec || !codec || !parameters.encodings?.length) return;
    parameters.encodings[0].codec = codec;
    await sender.setParameters(parameters);
  }

  async feed(kind, track) {
    this.local[kind] = track;
    const line = this.lines.get(`${this.me}/${kind}`);
    await line?.transceiver.sender.replaceTrack(track);
  }

  async setMuted(muted) {
    if (!muted && !this.local.audio) {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      await this.feed('audio', stream.getAudioTracks()[0]);
    }
    if (this.local.audio) this.local.audio.enabled = !muted;
    this.muted = muted;
    this.say({ type: 'mute', muted });
    this.tell('own');
  }

  async setCamera(on) {
    if (on && !this.local.camera) {
      const video = { width: { ideal: 1280 }, height: { ideal: 720 } };
      const stream = await navigator.mediaDevices.getUserMedia({ video });
      await this.feed('camera', stream.getVideoTracks()[0]);
    } else if (!on && this.local.camera) {
      const track = this.local.camera;
      await this.feed('camera', null);
      track.stop();
    }
    this.cameraOn = on;
    this.say({ type: 'camera', on });
    this.tell('own');
  }

  async startShare() {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: true });
    const track = stream.getVideoTracks()[0];
    track.onended = () => this.endShare();
    await this.feed('share', track);
    this.say({ type: 'share', on: true });
    this.tell('own');
  }

  endShare() {
    const track = this.local.share;
    if (!track) return;
    this.local.share = null;
    track.stop();
    this.say({ type: 'share', on: false });
    this.tell('own');
  }

  chat(text) {
    this.say({ type: 'chat', clientId: crypto.randomUUID?.() ?? String(Math.random()), text });
  }

  raiseHand(up) {
    this.say({ type: 'hand', up });
  }

  leave() {
    this.say({ type: 'leave' });
    this.finish('left', {});
  }

  /** What arrives and leaves, per line. */
  async stats() {
    const lines = [];
    const report = this.pc ? await this.pc.getStats() : new Map();
    for (const line of this.lines.values()) {
      const own = line.participant === this.me;
      const type = own ? 'outbound-rtp' : 'inbound-rtp';
      const found = [...report.values()].filter((entry) => entry.type === type && entry.mid === line.transceiver.mid);
      const codec = found[0] && report.get(found[0].codecId)?.mimeType;
      const sum = (field) => found.reduce((total, entry) => total + (entry[field] ?? 0), 0);
      lines.push({
        participant: line.participant,
        kind: line.kind,
        own,
        mid: line.transceiver.mid,
        codec,
        framesDecoded: sum('framesDecoded'),
        framesSent: sum('framesSent'),
        framesDropped: sum('framesDropped'),
        width: found[0]?.frameWidth ?? 0,
        height: found[0]?.frameHeight ?? 0,
        packetsReceived: sum('packetsReceived'),
        packetsSent: sum('packetsSent'),
        packetsLost: sum('packetsLost'),
        audioEnergy: sum('totalAudioEnergy'),
        freezes: sum('freezeCount'),
      });
    }
    return { connection: this.pc?.connectionState ?? 'new', lines };
  }
}
