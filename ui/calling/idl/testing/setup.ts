/** Installs the bindings with dummy implementations on the global object of a test file. */
import { install } from "../runtime";
import type { Implementations } from "../generated/types";
import { unwrap } from "../runtime/slots";
import { defineNatives } from "./natives";
import "../values";
import "./dummies";

defineNatives();

/** What `install` says it lacks. */
export const missing = install(globalThis);

/** The implementation behind a wrapper that must be one of `name`. */
export function behind<Name extends keyof Implementations>(name: Name, wrapper: unknown): Implementations[Name] {
  const implementation = unwrap(name, wrapper);
  if (!implementation) {
    throw new Error(`not an object of ${name}`);
  }
  return implementation;
}
