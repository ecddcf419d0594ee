// What both pages show: join form, tiles, people, chat, bar.

import { Call } from './call.js';

const $ = (id) => document.getElementById(id);

const REASONS = {
  'meeting.unknown': 'There is no such meeting. Ask for a new link.',
  'meeting.full': 'The meeting is full.',
  'meeting.ended': 'The meeting has ended.',
  'name.invalid': 'Please enter a name of at most 256 characters.',
  'auth.bad_secret': 'This link does not make you a host of this meeting.',
  'net.unreachable': 'The meeting service cannot be reached.',
};

const ENDINGS = {
  denied: 'A host did not let you in.',
  removed: 'A host removed you from the meeting.',
  ended: 'The meeting has ended for everybody.',
  left: 'You left the meeting.',
};

const REACTIONS = { like: '👍', heart: '❤️', applause: '👏', laugh: '😂', surprised: '😮' };

const initials = (name) => name.replace(/\(.*?\)/g, ' ').trim().split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? '').join('').toUpperCase();

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Runs a page. `secret` makes a host; `rows` adds controls to the list of people. */
export function run({ secret, rows = () => [], ready = () => {} }) {
  const parameters = new URLSearchParams(location.search);
  const id = decodeURIComponent(location.pathname.split('/')[2] ?? '');
  const tiles = new Map();
  const sounds = new Map();
  const items = new Map();
  let roster = [];
  let hands = [];
  let call;

  if (parameters.get('camera') === '0') $('with-camera').checked = false;
  if (parameters.get('microphone') === '0') $('with-microphone').checked = false;
  $('name').value = parameters.get('name') ?? sessionStorage.getItem('name') ?? $('name').value;
  $('name').focus();

  const status = (text) => { $('status').textContent = text; };
  const notice = (text) => { $('notice').textContent = text; };
  const page = { state: 'form', stats };
  window.foyerGuest = page;

  function tile(participant, kind) {
    const key = `${participant}/${kind}`;
    if (tiles.has(key)) return tiles.get(key);
    const video = element('video', { autoplay: true, playsInline: true, muted: true });
    const caption = element('figcaption');
    const face = element('div', { className: 'initials', ariaHidden: 'true' });
    const figure = element('figure', { className: `tile ${kind} dark` }, video, face, caption);
    figure.dataset.testid = `tile-${kind}`;
    figure.dataset.participant = participant;
    $('grid').append(figure);
    const made = { figure, video, caption, face };
    tiles.set(key, made);
    return made;
  }

  function showTrack({ video }, track) {
    if ((video.srcObject?.getTracks()[0] ?? null) === (track ?? null)) return;
    video.srcObject = track ? new MediaStream([track]) : null;
    if (!track) return;
    const play = () => video.play().catch(() => {});
    track.addEventListener('unmute', play);
    play();
  }

  /** The track that a tile shows; lists of people and lines come one after the other, in any order. */
  const trackOf = (participant, kind) => (participant === call.me
    ? call.local[kind]
    : call.lines.get(`${participant}/${kind}`)?.transceiver.receiver.track);

  function draw() {
    const here = new Set();
    for (const person of roster) {
      const own = person.id === call.me;
      const camera = tile(person.id, 'camera');
      here.add(`${person.id}/camera`);
      const name = own ? `${person.name} (you)` : person.name;
      camera.caption.textContent = person.muted ? `${name} · muted` : name;
      camera.face.textContent = initials(person.name);
      camera.figure.classList.toggle('own', own);
      camera.figure.classList.toggle('dark', !person.cameraOn);
      showTrack(camera, trackOf(person.id, 'camera'));
      if (person.sharing && !own) {
        const share = tile(person.id, 'share');
        here.add(`${person.id}/share`);
        share.caption.textContent = `${person.name} shares a screen`;
        share.figure.classList.remove('dark');
        showTrack(share, trackOf(person.id, 'share'));
      }
    }
    for (const [key, { figure }] of tiles) {
      if (here.has(key)) continue;
      figure.remove();
      tiles.delete(key);
    }
    $('people').replaceChildren(...roster.map((person) => {
      const place = hands.indexOf(person.id) + 1;
      const marks = [place && `hand ${place}`, person.role === 'host' && 'host', person.bot && 'bot', person.muted && 'muted', person.sharing && 'sharing']
        .filter(Boolean).join(', ');
      const row = element('li', {}, element('span', { className: 'who', textContent: person.name }),
        element('span', { className: 'mark', textContent: marks }), ...rows(call, person));
      row.dataset.testid = 'person';
      row.dataset.participant = person.id;
      return row;
    }));
    $('mute').textContent = call.muted ? 'Unmute' : 'Mute';
    $('mute').setAttribute('aria-pressed', String(call.muted));
    $('camera').textContent = call.cameraOn ? 'Camera off' : 'Camera on';
    $('camera').setAttribute('aria-pressed', String(!call.cameraOn));
    const up = hands.includes(call.me);
    $('hand').textContent = up ? 'Lower hand' : 'Raise hand';
    $('hand').setAttribute('aria-pressed', String(up));
    $('share').textContent = call.local.share ? 'Stop sharing' : 'Share screen';
    $('share').setAttribute('aria-pressed', String(Boolean(call.local.share)));
  }

  async function stats() {
    if (!call) return { state: page.state, connection: 'new', lines: [] };
    const result = await call.stats();
    for (const line of result.lines) {
      line.currentTime = line.kind === 'audio'
        ? sounds.get(line.participant)?.currentTime ?? 0
        : tiles.get(`${line.participant}/${line.kind}`)?.video.currentTime ?? 0;
      line.name = roster.find((person) => person.id === line.participant)?.name;
    }
    return { state: page.state, ...result };
  }

  function over(type, detail) {
    page.state = type;
    for (const sound of sounds.values()) sound.srcObject = null;
    sounds.clear();
    for (const { figure } of tiles.values()) figure.remove();
    tiles.clear();
    roster = [];
    hands = [];
    $('meeting').hidden = true;
    $('bar').hidden = true;
    $('join').hidden = false;
    const text = ENDINGS[type] ?? REASONS[detail?.code] ?? `The connection was closed (${detail?.code}).`;
    status(text);
    notice(text);
  }

  async function devices() {
    const on = { camera: $('with-camera').checked, microphone: $('with-microphone').checked };
    const missing = [];
    if (!navigator.mediaDevices) {
      if (on.camera || on.microphone) missing.push('camera and microphone (this page is not opened as a secure address)');
    } else {
      if (on.microphone) await call.setMuted(false).catch(() => missing.push('microphone'));
      if (on.camera) await call.setCamera(true).catch(() => missing.push('camera'));
    }
    return missing;
  }

  async function join(name) {
    notice('');
    sessionStorage.setItem('name', name);
    call = new Call({ id, name, secret, codec: parameters.get('codec') });
    page.call = call;
    page.state = 'connecting';
    status('Connecting…');
    const missing = await devices();
    const on = (type, handle) => call.addEventListener(type, ({ detail }) => handle(detail));
    on('welcome', ({ title }) => { $('title').textContent = title; document.title = `${title} · Foyer`; });
    on('lobby', () => { page.state = 'lobby'; status('You are in the lobby. A host will let you in.'); });
    on('admitted', () => {
      page.state = 'meeting';
      status(missing.length ? `In the meeting, without ${missing.join(' and ')}.` : 'In the meeting.');
      $('join').hidden = true;
      $('meeting').hidden = false;
      $('bar').hidden = false;
    });
    on('roster', ({ participants }) => { roster = participants; draw(); });
    on('own', () => { if (page.state === 'meeting') draw(); });
    on('speaking', ({ participants }) => {
      for (const { figure } of tiles.values()) figure.classList.toggle('speaking', participants.includes(figure.dataset.participant) && figure.classList.contains('camera'));
    });
    on('track', ({ participant, kind, track }) => {
      if (kind !== 'audio') return draw();
      const sound = sounds.get(participant) ?? new Audio();
      sound.srcObject = new MediaStream([track]);
      sound.play().catch(() => {});
      sounds.set(participant, sound);
    });
    on('trackEnded', ({ participant, kind }) => {
      if (kind !== 'audio') return draw();
      const sound = sounds.get(participant);
      if (sound) sound.srcObject = null;
      sounds.delete(participant);
    });
    on('chat', ({ id: number, from, text, state }) => {
      const known = items.get(number);
      if (state && !known) return;
      const words = state === 'deleted' ? '(deleted)' : state === 'edited' ? `${text} (edited)` : text;
      const item = element('li', {}, element('span', { className: 'from', textContent: from }), words);
      item.dataset.testid = 'message';
      items.set(number, item);
      if (known) return known.replaceWith(item);
      $('messages').append(item);
      item.scrollIntoView({ block: 'nearest' });
    });
    on('hands', ({ participants }) => { hands = participants; draw(); });
    on('reaction', ({ participant, reaction }) => {
      const who = roster.find((person) => person.id === participant)?.name;
      if (who && REACTIONS[reaction]) status(`${REACTIONS[reaction]} ${who}`);
    });
    on('mutedByHost', () => status('A host muted you.'));
    on('shareRefused', () => status('Somebody else is sharing.'));
    on('media', ({ state }) => {
      if (state === 'reconnecting' || state === 'failed' || state === 'disconnected') status('Reconnecting…');
      else if (state === 'connected' && page.state === 'meeting') status('In the meeting.');
    });
    on('refused', ({ code, message }) => status(REASONS[code] ?? message));
    for (const type of ['denied', 'removed', 'ended', 'left', 'gone']) on(type, (detail) => over(type, detail));
    ready(call);
    call.start();
  }

  $('join').addEventListener('submit', (event) => { event.preventDefault(); join($('name').value); });
  $('chat-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const text = $('chat-text').value.trim();
    if (text) call.chat(text);
    $('chat-text').value = '';
  });
  const trouble = (what) => (error) => status(`${what}: ${error.message}`);
  $('mute').addEventListener('click', () => call.setMuted(!call.muted).catch(trouble('Microphone')));
  $('camera').addEventListener('click', () => call.setCamera(!call.cameraOn).catch(trouble('Camera')));
  $('share').addEventListener('click', () => (call.local.share ? call.endShare() : call.startShare().catch(trouble('Screen'))));
  $('hand').addEventListener('click', () => call.raiseHand(!hands.includes(call.me)));
  $('leave').addEventListener('click', () => call.leave());
  window.addEventListener('pagehide', () => call?.leave());

  if (parameters.get('auto') === '1') join($('name').value || 'Guest');
}

export { element, $ };
