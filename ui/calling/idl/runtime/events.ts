/** Events of ours: real native events whose further attributes are the members of their init dictionary. */
import type { EventInits } from "../generated/types";
import { convertArguments } from "./arguments";
import type { DictionaryType } from "./compound";
import type { Allocate, Defined, InterfaceDefinition, InterfaceObject } from "./interface";
import { bind, wrap } from "./slots";

type Values = Record<string, unknown>;
const { dispatchEvent } = EventTarget.prototype;

type Maker = (type: string, init: Values) => Event;

const interfaceObjects = new Map<string, InterfaceObject>();
const makers = new Map<string, Maker>();

/** What the attribute says of a member that was not given: null where that is allowed, else what is empty. */
function fill(definition: InterfaceDefinition, init: Values): Values {
  const values = Object.create(null) as Values;
  for (const { name, type } of definition.attributes ?? []) {
    const given = init[name] ?? (type.kind === "nullable" ? null : type.kind === "sequence" ? [] : "");
    // The event keeps a list of its own: the one given may change afterwards.
    values[name] = Array.isArray(given) ? [...(given as unknown[])] : given;
  }
  return values;
}

/** How the constructor of an event works. */
export function defineEvent(
  definition: InterfaceDefinition,
  dictionary: DictionaryType,
  allocate: Allocate,
  interfaces: readonly string[],
): (args: unknown[], newTarget: InterfaceObject) => Event {
  const make = (type: string, init: Values, newTarget: InterfaceObject): Event => {
    const { bubbles, cancelable, composed } = init;
    const event = allocate([type, { bubbles, cancelable, composed }], newTarget);
    bind(event, fill(definition, init), interfaces);
    return event as Event;
  };
  makers.set(definition.name, (type, init) => {
    const defaults = dictionary.members.map(({ name, initial }) => [name, initial?.()] as const);
    const target = interfaceObjects.get(definition.name);
    if (!target) {
      throw new Error(`${definition.name} is not installed`);
    }
    return make(type, { ...Object.fromEntries(defaults), ...init }, target);
  });
  return (args, newTarget) => {
    const { values } = convertArguments(definition.construct ?? [], args, `${definition.name} constructor`);
    return make(values[0] as string, values[1] as Values, newTarget);
  };
}

/** Lets `createEvent` make events of a defined interface. */
export function allowEvents(name: string, defined: Defined): void {
  interfaceObjects.set(name, defined.interfaceObject);
}

/** An event of ours, from IDL values. */
export function createEvent<Name extends keyof EventInits>(name: Name, type: string, init: EventInits[Name]): Event {
  const maker = makers.get(name);
  if (!maker) {
    throw new Error(`${name} is not installed`);
  }
  return maker(type, init as Values);
}

/** Fires a plain event at an implementation object's wrapper; says false if a listener cancelled it. */
export function fire(implementation: object, type: string): boolean;
/** Fires an event of ours. */
export function fire<Name extends keyof EventInits>(
  implementation: object,
  type: string,
  name: Name,
  init: EventInits[Name],
): boolean;
export function fire<Name extends keyof EventInits>(
  implementation: object,
  type: string,
  name?: Name,
  init?: EventInits[Name],
): boolean {
  const event = name === undefined ? new Event(type) : createEvent(name, type, init as EventInits[Name]);
  return dispatch(implementation, event);
}

/** Fires an event that the caller made, such as a MessageEvent. */
export function dispatch(implementation: object, event: Event): boolean {
  return dispatchEvent.call(wrap(implementation) as EventTarget, event);
}
