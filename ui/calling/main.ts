// The calling window's page: the driver between Rust and Microsoft's SDK. Nobody sees it.

import { Channel, invoke } from "@tauri-apps/api/core";
import { Driver } from "./driver/driver";
import { load } from "./driver/load";
import { watchOrigin } from "./driver/origin";
import { Outbox } from "./driver/outbox";
import { pageMedia } from "./driver/own-media";
import type { CallingBatch, CallingRequest } from "./wire/contract";

const outbox = new Outbox((batch: CallingBatch) => invoke("calling_tell", { batch }));
watchOrigin(window, outbox.tell);
const driver = new Driver({
  load: load ?? (() => Promise.reject(new Error("this build is without the SDK"))),
  media: pageMedia,
  tell: outbox.tell,
});
const requests = new Channel<CallingRequest>((request) => void driver.take(request));
await invoke("calling_listen", { requests });
outbox.tell({ event: "ready", sdk: load !== null });
