/** What test pages of the media part load first: the media part over a plain control socket. */
import { installMedia } from "../media/install";
import type { Opening } from "../wire/contract";
import { SocketWire } from "./socket-wire";

const globals = globalThis as unknown as { __foyerBridge: Opening; __port: unknown; __wire: unknown };
const wire = new SocketWire(globals.__foyerBridge);
globals.__wire = wire;
globals.__port = installMedia(wire, globals.__foyerBridge);
