/** What a guest picks to show to the others. */
export const sharePicker = {
  title: "Share with the meeting",
  lead: "Everyone in the meeting will see it.",
  tabs: "What to share",
  tab: { screen: "Screen", window: "Window", region: "Region" },
  screens: "Screens",
  windows: "Windows",
  screen: (number: number) => `Screen ${number}`,
  main: "Main",
  minimised: "Minimised",
  minimisedLead: "Others see nothing of it until you bring it back.",
  size: (width: number, height: number) => `${width} × ${height}`,
  none: "No screen was found that could be shared.",
  noWindows: "No windows open",
  noWindowsLead: "Windows of other apps show here as soon as there are any.",
  loading: "Looking for screens and windows…",
  preview: (name: string) => `${name}, as others would see it`,
  noPreview: "No picture yet",
  region: {
    screen: "Screen",
    frame: (x: number, y: number, width: number, height: number) =>
      `Region: ${width} by ${height} pixels, ${x} from the left and ${y} from the top`,
    help: "Drag the frame, or move it with the arrow keys: by 1 pixel, with Shift by 10. With Alt they change its size.",
    snap: "Keep 16:9",
    x: "Left",
    y: "Top",
    width: "Width",
    height: "Height",
  },
  pointer: "Show pointer",
  sound: "Include computer sound",
  soundLead: "What other apps play. It is sent even while you are muted.",
  soundMissing: "This system cannot leave the voices of the call out of it: everyone would hear themselves.",
  cancel: "Cancel",
  share: "Share",
  shareWindow: "Share window",
  shareRegion: "Share region",
};

/** What a device's trouble means when it is what was shared. */
export const shareProblems: Record<string, string> = {
  "device.lost": "What you shared was closed or unplugged. Nobody sees it any more.",
  "device.not_found": "It is no longer there. Choose something else to share.",
  "device.unsupported": "This cannot be shared on this system, or not with sound. Choose something else, or share without sound.",
};
