/** Web IDL bindings for implementations written in TypeScript: see `README.md` for how to write one. */
export { createEvent, dispatch, fire } from "./runtime/events";
export { install, type InstallOptions } from "./runtime/install";
export { original, patch } from "./runtime/native";
export { implement, unwrap, wrap } from "./runtime/slots";
