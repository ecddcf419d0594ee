import type { Scene } from "../scenes";
import { meeting } from "./played";

/** Who is where on the stage. */
const layouts: Scene[] = [
  meeting("pair", "start=meeting&people=1", "self-view"),
  meeting("pages", "start=meeting&people=23", "page-next"),
  meeting("layouts", "start=meeting&people=5", "menu-speaker", { clicks: ["layout"] }),
  meeting("speaker", "start=meeting&people=12", "stage", { clicks: ["layout", "menu-speaker"] }),
  meeting("spotlight", "start=meeting&people=6&spotlight=1", "stage"),
];

/** What is told above the stage or over it. */
const told: Scene[] = [
  meeting("kept", "start=meeting&people=3&kept=both", "kept"),
  meeting("kept-what", "start=meeting&people=3&kept=both", "kept", { clicks: ["kept"] }),
  meeting("sharing", "start=meeting&people=3", "share-stop", { clicks: ["share", "share-screen-0", "share-confirm"] }),
  meeting("host-muted", "start=meeting&people=3&hostmuted=1&notice=call.mutedByHost", "toast"),
  meeting("figures", "start=meeting&people=3", "stats-stream", { key: "KeyD" }),
];

const chat: Scene[] = [
  meeting("messages", "start=meeting&people=3&chat=60&typing=1", "chat-typing", { clicks: ["chat"] }),
  meeting("search", "start=meeting&people=3&chat=60", "chat-search-field", { clicks: ["chat", "chat-search"] }),
];

export const stageScenes: Scene[] = [...layouts, ...told, ...chat];
