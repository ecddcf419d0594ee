import { flushSync, mount, unmount, type Component } from "svelte";
import { afterEach } from "vitest";

const mounted: Record<string, unknown>[] = [];

afterEach(() => {
  for (const component of mounted.splice(0)) void unmount(component);
  document.body.replaceChildren();
});

/** Mounts a component with literal values, as the screens get them. */
export function render<P extends Record<string, unknown>>(component: Component<P>, props: P, context = new Map<unknown, unknown>()): void {
  mounted.push(mount(component, { target: document.body, props, context }));
  flushSync();
}

export function find(testid: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-testid="${testid}"]`);
}

export function get(testid: string): HTMLElement {
  const element = find(testid);
  if (!element) throw new Error(`nothing with data-testid="${testid}"`);
  return element;
}

export function textOf(testid: string): string {
  return (get(testid).textContent ?? "").replace(/\s+/gu, " ").trim();
}

export function click(testid: string): void {
  get(testid).click();
  flushSync();
}

export function type(testid: string, text: string): void {
  const field = get(testid) as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
}

export function press(code: string, init: KeyboardEventInit = {}): void {
  window.dispatchEvent(new KeyboardEvent("keydown", { code, key: code, bubbles: true, cancelable: true, ...init }));
  flushSync();
}

export const CTRL_SHIFT: KeyboardEventInit = { ctrlKey: true, shiftKey: true };

export function submit(testid: string): void {
  const form = get(testid).closest("form");
  form?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  flushSync();
}

/** A key pressed where the focus is. */
export function pressIn(element: Element, key: string, init: KeyboardEventInit = {}): void {
  element.dispatchEvent(new KeyboardEvent("keydown", { key, code: key, bubbles: true, cancelable: true, ...init }));
  flushSync();
}
