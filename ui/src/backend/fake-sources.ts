import type { ShareSources } from "../contract/ShareSources";
import { DEVICES } from "./fake-world";

/** What can be shared: `windows=0` for none, `computer-sound=0` where it cannot be told from the call's. */
export function fakeSources(params: URLSearchParams): ShareSources {
  const window = (number: number, title: string, width: number, height: number, minimised = false) => ({
    id: `x11-window:${number}`,
    title,
    minimised,
    width,
    height,
  });
  const windows = [
    window(1, "Quarterly figures – LibreOffice Calc", 1440, 900),
    window(2, "Plan of the third floor.pdf", 900, 1200),
    window(3, "Terminal", 820, 520),
    window(4, "Music", 400, 600, true),
  ];
  return {
    screens: DEVICES.screens,
    windows: params.get("windows") === "0" ? [] : windows,
    pointer: true,
    sound: params.get("computer-sound") !== "0",
  };
}

const COLOURS = ["#2f6f8f", "#8f4f2f", "#3f7f4f", "#6f4f8f"];

/** A drawing in the shape of the source. */
export function fakePreview(id: string, params: URLSearchParams): string | null {
  const { screens, windows } = fakeSources(params);
  const at = [...screens, ...windows].findIndex((one) => one.id === id);
  const source = [...screens, ...windows][at];
  if (!source) return null;
  const [width, height] = [source.width ?? 16, source.height ?? 9];
  const colour = COLOURS[at % COLOURS.length];
  const line = (row: number) => `<rect x="6%" y="${18 + row * 9}%" width="${80 - row * 9}%" height="4%" fill="#fff" opacity=".7"/>`;
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${colour}"/>${[0, 1, 2, 3].map(line).join("")}</svg>`;
  return `data:image/svg+xml;base64,${btoa(drawing)}`;
}
