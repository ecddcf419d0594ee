import type { WireError } from "../wire/contract";
import { Unmet } from "./constraints/select";

/** What a page sees of a failure: the engine's errors by name, all others as they are. */
export function exceptionOf(reason: unknown): unknown {
  if (reason instanceof Unmet) return new OverconstrainedError(reason.constraint, reason.message);
  if (reason instanceof Error || reason instanceof DOMException || !isWireError(reason)) return reason;
  const { name, message, constraint } = reason;
  if (name === "OverconstrainedError") return new OverconstrainedError(constraint ?? "", message);
  if (name === "TypeError") return new TypeError(message);
  return new DOMException(message, name);
}

function isWireError(reason: unknown): reason is WireError {
  return typeof reason === "object" && reason !== null && "name" in reason && "message" in reason;
}
