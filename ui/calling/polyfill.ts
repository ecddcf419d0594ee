/**
 * Puts the W3C API for calls onto the page's global object, over the engine that the page was opened for. Runs before
 * all other scripts, as a classic script. Does nothing where there is no engine.
 */
import { install } from "./idl/runtime";
import "./idl/values";
import { installMedia } from "./media/install";
import { exposeStopped, implementConnections } from "./pc/install";
import { enterRealm } from "./pc/realm";
import { Client } from "./wire/client";
import { takeOpening } from "./wire/opening";

const opening = takeOpening(globalThis);
if (opening) {
  const client = Client.connect(opening.url, opening.token);
  implementConnections();
  install(globalThis);
  exposeStopped(globalThis);
  const media = installMedia(client, opening);
  enterRealm({ client, media, capabilities: opening.capabilities });
}
