/** Exceptions as webrtc-pc names them, and those that the engine reports. */
import type { RTCErrorInit } from "../idl/generated/types";
import { wrap } from "../idl/runtime";
import { rtcError, type RtcError } from "../idl/values";
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

/** An RTCError: for events as it is, for promises wrapped. */
export function errorWith(detail: string, message: string, init: Omit<RTCErrorInit, "errorDetail"> = {}): RtcError {
  return rtcError({ ...init, errorDetail: detail as RTCErrorInit["errorDetail"] }, message);
}

/** What a page sees of an error of the engine. */
export function fromWire(error: WireError): Error {
  const { name, message, detail, sdpLine, sctpCause } = error;
  if (name === "RTCError" || detail !== null) {
    const init = {
      ...(sdpLine === null ? {} : { sdpLineNumber: sdpLine }),
      ...(sctpCause === null ? {} : { sctpCauseCode: sctpCause }),
    };
    return wrap(errorWith(detail ?? "sctp-failure", message, init)) as DOMException;
  }
  if (name === "TypeError") {
    return new TypeError(message);
  }
  if (name === "RangeError") {
    return new RangeError(message);
  }
  return domError(name, message);
}
