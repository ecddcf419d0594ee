/** Event handler attributes, `onsomething` (HTML § 8.1.8.1). */
import { defineAccessor, type Brand } from "./members";
import { isObject } from "./types";

interface Handler {
  value: object;
  readonly listener: (event: Event) => void;
}

const { addEventListener, removeEventListener } = EventTarget.prototype;

const handlers = new WeakMap<EventTarget, Map<string, Handler>>();

/** Keeps its place among the listeners as long as it is not set to null, whatever it is replaced by. */
function setHandler(target: EventTarget, type: string, value: unknown): void {
  const known = handlers.get(target) ?? new Map<string, Handler>();
  handlers.set(target, known);
  const handler = known.get(type);
  if (!isObject(value)) {
    if (handler) {
      removeEventListener.call(target, type, handler.listener);
      known.delete(type);
    }
    return;
  }
  if (handler) {
    handler.value = value;
    return;
  }
  const fresh: Handler = {
    value,
    listener(event) {
      if (typeof fresh.value !== "function") {
        return;
      }
      const result: unknown = Reflect.apply(fresh.value, event.currentTarget, [event]);
      if (result === false) {
        event.preventDefault();
      }
    },
  };
  known.set(type, fresh);
  addEventListener.call(target, type, fresh.listener);
}

/** Defines `on` + `type`. */
export function defineHandler(on: object, name: string, brand: Brand): void {
  const type = name.slice(2);
  defineAccessor(
    on,
    name,
    (receiver) => {
      brand.check(receiver);
      return handlers.get(receiver as EventTarget)?.get(type)?.value ?? null;
    },
    (receiver, value) => {
      brand.check(receiver);
      setHandler(receiver as EventTarget, type, value);
    },
  );
}
