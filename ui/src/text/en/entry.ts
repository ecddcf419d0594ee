import { plural } from "../plural";

/** What stands before and after a meeting, beside the screens' own texts. */
export const recents = {
  title: "Recent meetings",
  none: "Nothing here yet. Links you join stay on this computer only if you say so.",
  keep: "Remember the meetings I join",
  untitled: "Untitled meeting",
  open: (title: string) => `Put the link of “${title}” into the field`,
  forget: (title: string) => `Forget “${title}”`,
  forgetAll: "Forget all",
  forgotten: "The list is empty now.",
};

export const start = {
  clipboard: (what: string) => `Use the link from the clipboard · ${what}`,
  file: "Open a file…",
  fileLead: "An invitation saved from your calendar or mail (.ics, .eml, text)",
  drop: "Drop the invitation here",
  unreadable: "This file cannot be read. Paste the invitation instead.",
  settings: "Settings",
  help: "Help",
  version: (number: string) => `Version ${number}`,
};

/** Meetings that Foyer rings for. */
export const armed = {
  arm: "Be ready at the start",
  armLead: "Foyer looks at your devices and the network five minutes before, and rings at the start. It has to be running then.",
  isArmed: "Foyer will ring at the start. Leave it running.",
  title: "Ready for",
  untitled: "Meeting",
  disarm: (title: string) => `Do not ring for “${title}”`,
  join: "Join",
  joinNow: (title: string) => `Join “${title}” now`,
  begun: "has begun",
  soonReady: "begins soon; microphone, camera and network are fine",
  noMicrophone: "begins soon; no microphone was found",
  noCamera: "begins soon; no camera was found",
  noNetwork: "begins soon; the meeting cannot be reached right now",
  ringTitle: "The meeting begins",
  later: "Not now",
};

export const joining = {
  more: "More ways to join",
  muted: "Join muted",
  mutedLead: "Your microphone stays closed until you turn it on.",
  listen: "Listen only",
  listenLead: "Microphone and camera stay closed.",
  listenNow: "Join and listen",
  rememberName: "Remember my name on this computer",
  silentOf: (device: string) => `We hear nothing from ${device}. Say something, or use another microphone.`,
  use: (device: string) => `Use ${device}`,
  handsFree:
    "This is a Bluetooth headset in its call mode: you and the others sound dull. For better sound, choose the microphone of the computer and keep the headset for listening.",
  learn: "What the host will learn",
  learnPractice: ["Nobody learns anything: a practice meeting does not leave this computer."],
  learnMeeting: [
    "Your name, as you type it here.",
    "That you come from outside: you are marked as a guest.",
    "Your voice and picture, only while microphone and camera are on.",
    "What you write: the organisation keeps the chat after you have left.",
    "Microsoft, which carries the meeting, sees the address of your network.",
  ],
};

export const checks = {
  title: "Ready?",
  states: {
    good: "works",
    heard: "we hear you",
    starting: "starting…",
    off: "off",
    missing: "not found",
    failed: "does not work",
  },
  microphone: {
    good: "The microphone is open. Speak to see whether it hears you.",
    heard: "The microphone hears you.",
    starting: "The system is opening the microphone.",
    off: "You join muted. The microphone is closed; nobody can hear you.",
    missing: "This computer has no microphone. You can join and listen.",
    failed: "Others will not hear you. You can join and listen.",
  },
  camera: {
    good: "The camera is open. You see the picture that others will get.",
    heard: "The camera is open. You see the picture that others will get.",
    starting: "The system is opening the camera.",
    off: "You join without a picture. The camera is closed.",
    missing: "This computer has no camera. You can join without one.",
    failed: "Others will see your initials instead.",
  },
  network: {
    title: "Network",
    states: { checking: "checking…", good: "works", partly: "works in part", failed: "does not work" },
    leads: {
      checking: "Foyer asks whether what the meeting needs answers.",
      good: "Everything that the meeting needs answers.",
      partly: "Some of what the meeting needs does not answer. You can try to join; if it fails, another network may help.",
      failed:
        "What the meeting needs does not answer. Check that this computer is connected; a VPN, a proxy or a company’s network may block it.",
    },
    parts: { meeting: "The meeting", service: "The organisation’s service", host: "Microsoft" },
    answers: (part: string, host: string) => `${part} answers (${host})`,
    answersIn: (part: string, host: string, milliseconds: number) => `${part} answers in ${milliseconds} ms (${host})`,
    silent: (part: string, host: string) => `${part} does not answer (${host})`,
    clockRight: "This computer’s clock is right",
    clockAhead: (minutes: number) => plural("en", minutes, { one: "This computer’s clock is # minute ahead", other: "This computer’s clock is # minutes ahead" }),
    clockBehind: (minutes: number) => plural("en", minutes, { one: "This computer’s clock is # minute behind", other: "This computer’s clock is # minutes behind" }),
    asked: "Nothing about you or the meeting is told to anybody by this.",
    again: "Check again",
  },
  retry: "Try again",
  again: "Foyer also tries again when you come back to this window.",
};

/** What to do about a device, by code and system. */
export const coach = {
  allow: {
    linux: (device: string) => [
      `Open the system’s settings, then “Privacy”, and allow: ${device}.`,
      "If Foyer came as a Flatpak or Snap, allow it in the settings of the app as well.",
    ],
    windows: (device: string) => [
      `Open Settings, “Privacy & security”, then: ${device}.`,
      "Switch on the access, and also “Let desktop apps access” it.",
    ],
    macos: (device: string) => [
      `Open System Settings, “Privacy & Security”, then: ${device}.`,
      "Switch Foyer on. If the system asks, let it start Foyer again.",
    ],
  },
  busy: [
    "Close other apps that use it: another meeting, a browser tab, a recorder.",
    "You can join without it and turn it on later.",
  ],
  missing: ["Plug it in, or switch it on.", "On some laptops a key or a slider cuts it off."],
  other: ["Unplug it and plug it in again, or choose another one."],
};

export const waiting = {
  hide: "Hide to the tray",
  copy: "Copy “I’m waiting” message",
  copied: "Copied. Send it to whoever invited you.",
  notCopied: "It could not be copied. Write to whoever invited you.",
  message: (name: string, title: string | null) =>
    title ? `I am in the lobby of “${title}” as “${name}”. Could you let me in?` : `I am in the meeting’s lobby as “${name}”. Could you let me in?`,
  lead: "You may hide this window, but leave Foyer running. The meeting opens here as soon as you are let in.",
  enterMuted: "You enter muted",
  enterHeard: "You enter unmuted",
  enterUnseen: "You enter without camera",
  enterSeen: "You enter with camera",
  hints: "Still waiting?",
  hintList: [
    "Check the date and the time of the meeting.",
    "Send the message above to whoever invited you; people often overlook the lobby.",
    "The organiser may not let in guests from outside. Ask them.",
  ],
  tab: "Waiting",
};

/** Captions and chat that a guest may save after a call. */
export const transcript = {
  title: "Captions and chat",
  lead: (count: number) => plural("en", count, { one: "# line was seen. It is gone when you leave this page.", other: "# lines were seen. They are gone when you leave this page." }),
  save: "Save to a file…",
  dialog: "Save captions and chat",
  saved: "Saved. Nothing else is kept.",
  spoken: "spoken",
  written: "chat",
  about: (name: string) => `What ${name} saw of captions and chat, kept by Foyer on their own computer.`,
};

export const survey = {
  title: "How was the call?",
  stars: (count: number) => plural("en", count, { one: "# star", other: "# stars" }),
  more: "What was not good? You need not say.",
  parts: { audio: "Sound", video: "Video", share: "Shared screen" },
  where: "The stars go through Microsoft’s calling service. The organisation that let you in can see them.",
  send: "Send",
  skip: "No, thanks",
  thanks: "Thank you. Your answer is on its way.",
};

export const ledger = {
  duration: "You were in the meeting for",
  title: "What was on",
  microphone: "Microphone",
  camera: "Camera",
  share: "Screen",
  never: "never",
  effects: {
    in: "Camera, microphone and screen are closed. The chat of this meeting cannot be read any more.",
    out: "You were not in the meeting: nobody saw or heard you.",
  },
  stored: "Stored on this computer",
  storedRecents: "The list of your recent meetings, with this one.",
  wipe: "Forget all recent meetings",
};
