/** What stands behind the guest, and hearing oneself. */
export const background = {
  title: "Background",
  menu: "Background…",
  summary: (choice: string) => `Background: ${choice}`,
  choices: {
    none: "None",
    blur: "Blur",
    strongBlur: "Strong blur",
    dawn: "Dawn",
    slate: "Slate",
    sand: "Sand",
    meadow: "Meadow",
    own: "My picture",
  },
  add: "Add a picture…",
  another: "Another picture…",
  lead: "Others see your camera like this. Screens you share are never changed.",
  cameraOff: "Turn on your camera to see this.",
  starting: "Finding you in the picture…",
  cost: (milliseconds: string) => `${milliseconds} ms per picture.`,
  paused: "Your camera is paused",
  steps: [
    "Close other programs that need a lot of power, then try again.",
    "Or choose “None” as background: then others see your room as it is.",
  ],
};

export const soundCheck = {
  title: "Sound check",
  start: "Check my sound",
  stop: "Stop",
  lead: "Speak for five seconds and hear yourself as others will. Nothing is kept or sent.",
  microphoneOff: "Turn on your microphone to hear yourself as others will.",
  recording: (seconds: number) => `Speak now, for ${seconds} seconds…`,
  playing: "This is how others hear you.",
  verdicts: {
    well: "You are heard well.",
    tooQuiet: "You are too quiet.",
    clipping: "Your microphone is too loud.",
    nothing: "Nothing was heard.",
    noisy: "There is a lot of noise.",
  },
  advice: {
    well: "Nothing needs to be changed.",
    tooQuiet: "Come closer to the microphone, or turn it up in the system’s settings.",
    clipping: "Your voice sounds distorted: move away from it, or turn it down in the system’s settings.",
    nothing: "Check that the microphone is not switched off at the device, or choose another one.",
    noisy: "Go to a quieter place, close the window, or use a headset.",
  },
};

export const effectProblems = {
  "effect.too_slow":
    "This computer is too slow for the background you chose. Your camera was paused so that nobody sees your room. Choose “None” to be seen as you are, or try again.",
  "effect.failed":
    "The background could not be made. Your camera was paused so that nobody sees your room. Choose “None” to be seen as you are, or try again.",
  "background.unreadable": "This picture cannot be read. Choose another one.",
  "background.too_large": "This picture is too large. Choose a smaller one.",
};
