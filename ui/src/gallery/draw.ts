import type { Feeds } from "../feeds/feed-player";

/** Somebody before a wall with a window. */
export function drawPerson(canvas: HTMLCanvasElement): void {
  canvas.width = 1280;
  canvas.height = 720;
  const context = canvas.getContext("2d");
  if (!context) return;
  const box = (colour: string, x: number, y: number, width: number, height: number) => {
    context.fillStyle = colour;
    context.fillRect(x, y, width, height);
  };
  const oval = (colour: string, x: number, y: number, width: number, height: number) => {
    context.fillStyle = colour;
    context.beginPath();
    context.ellipse(x, y, width, height, 0, 0, Math.PI * 2);
    context.fill();
  };
  box("#4a5a63", 0, 0, 1280, 720);
  box("#8fb4c4", 120, 70, 260, 330);
  box("#4a5a63", 246, 70, 8, 330);
  box("#3b474e", 0, 560, 1280, 160);
  oval("#2f6d68", 640, 760, 330, 260);
  box("#c99a7b", 596, 420, 88, 110);
  oval("#d8a987", 640, 330, 112, 140);
  oval("#3a2a22", 640, 245, 124, 84);
}

/** One still picture stands for every feed. */
export const still: Feeds["show"] = (feed, canvas, onPainted) => {
  drawPerson(canvas);
  queueMicrotask(() => onPainted({ feed, frames: 1, width: canvas.width, height: canvas.height }));
  return () => undefined;
};
