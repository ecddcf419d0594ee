/** Puts the interfaces onto a global object. */
import { interfaces, natives } from "../generated/interfaces";
import { allowEvents } from "./events";
import { defineInterface, type Defined } from "./interface";
import { captureNatives, installPatches } from "./native";
import { implementationOf } from "./slots";

/** What not to install. */
export interface InstallOptions {
  /** Interfaces left as the webview has them, or absent. */
  readonly keep?: readonly string[];
}

/**
 * Defines every interface that a class implements (and every event) on `global`, in place of the webview's own of the
 * same name, and replaces the members given to `patch`. To be called once in a realm.
 *
 * Returns the names that stayed out because nothing implements them.
 */
export function install(global: typeof globalThis, options: InstallOptions = {}): string[] {
  const target = global as unknown as Record<string, unknown>;
  captureNatives(global);
  const defined = new Map<string, Defined>();
  const missing: string[] = [];
  for (const definition of interfaces) {
    const { name } = definition;
    if (options.keep?.includes(name) || (definition.secureContext && target["isSecureContext"] === false)) {
      continue;
    }
    if (!definition.event && !implementationOf(name)) {
      missing.push(name);
      continue;
    }
    const made = defineInterface(definition, defined, target);
    defined.set(name, made);
    allowEvents(name, made);
    Object.defineProperty(global, name, {
      value: made.interfaceObject,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  }
  installPatches(global, natives);
  return missing;
}
