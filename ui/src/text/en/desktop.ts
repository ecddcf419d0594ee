import type { DesktopWords } from "../../contract/DesktopWords";

/** What the shell shows outside the window: the tray, notifications, the system's list of what keeps the screen on. */
export const desktop: DesktopWords = {
  show: "Show Foyer",
  mute: "Mute",
  unmute: "Unmute",
  cameraOn: "Turn the camera on",
  cameraOff: "Turn the camera off",
  leave: "Leave the meeting",
  quit: "Quit",
  idle: "no meeting",
  lobby: "waiting to be let in",
  live: "you are heard",
  muted: "you are muted",
  sharing: "you are sharing a screen",
  admitted: "You are in the meeting",
  denied: "You were not let in",
  mutedByHost: "The host muted you",
  removed: "You were removed from the meeting",
  armed: "ready for the next meeting",
  soonReady: "Begins soon. Microphone and network are fine",
  soonTrouble: "Begins soon. Look at your microphone and network",
  begins: "The meeting begins",
  awake: "A meeting is on",
};

/** Somebody closes the window during a call. */
export const closing = {
  title: "Leave the meeting?",
  lead: "If you close the window, you leave the meeting.",
  leave: "Leave and close",
  stay: "Stay",
};

/** The small window above the others. */
export const mini = {
  open: "Mini window",
  title: "Mini window of the meeting",
  back: "Back to the meeting",
  leave: "Leave",
};
