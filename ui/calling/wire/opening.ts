/** What the page is given before its scripts run, and how the polyfill takes it away. */
import type { Opening } from "./contract";

const NAME = "__foyerBridge";

/** Takes the opening from the global object, so that no script of the page finds the token. Null where there is none. */
export function takeOpening(global: object): Opening | null {
  const holder = global as Record<string, unknown>;
  const opening = holder[NAME];
  delete holder[NAME];
  return typeof opening === "object" && opening !== null ? (opening as Opening) : null;
}
