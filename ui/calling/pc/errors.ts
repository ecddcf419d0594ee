/** Exceptions as webrtc-pc names them, and those that the engine reports. */
import type { RTCErrorImpl } from "../idl/generated/types";
import { unwrap } from "../idl/runtime";
import type { WireError } from "../wire/contract";

/** A DOMException. */
export function domError(name: string, message: string): DOMException {
  return new DOMException(message, name);
}

export const invalidState = (message: string): DOMException => domError("InvalidStateError", message);
export const invalidAccess = (message: string): DOMException => domError("InvalidAccessError", message);
export const invalidModification = (message: string): DOMException => domError("InvalidModificationError", message);
export const operationError = (message: string): DOMException => domError("OperationError", message);
export const syntaxError = (message: string): DOMException => domError("SyntaxError", message);

/** Says that a connection is closed. */
export const closedError = (): DOMException => invalidState("the connection is closed");

type ErrorConstructor = new (init: object, message?: string) => DOMException;

let rtcErrorObject: ErrorConstructor | undefined;

/** Remembers the interface object, before a page can put another in its place. */
export function captureErrors(global: typeof globalThis): void {
  rtcErrorObject = (global as unknown as { RTCError: ErrorConstructor }).RTCError;
}

/** An RTCError as pages see it. */
export function rtcError(detail: string, message: string, init: object = {}): DOMException {
  if (!rtcErrorObject) {
    throw new Error("RTCError is not installed");
  }
  return new rtcErrorObject({ ...init, errorDetail: detail }, message);
}

/** The implementation behind an RTCError, as events take it. */
export function errorImplementation(error: DOMException): RTCErrorImpl {
  const implementation = unwrap("RTCError", error);
  if (!implementation) {
    throw new Error("not an RTCError");
  }
  return implementation;
}

/** What a page sees of an error of the engine. */
export function fromWire(error: WireError): Error {
  const { name, message, detail, sdpLine, sctpCause } = error;
  if (name === "RTCError" || detail !== null) {
    return rtcError(detail ?? "sctp-failure", message, {
      ...(sdpLine === null ? {} : { sdpLineNumber: sdpLine }),
      ...(sctpCause === null ? {} : { sctpCauseCode: sctpCause }),
    });
  }
  if (name === "TypeError") {
    return new TypeError(message);
  }
  if (name === "RangeError") {
    return new RangeError(message);
  }
  return domError(name, message);
}
