import { onDestroy } from "svelte";

/** The page's clock, a few times a second, for elapsed times. Call it while a component is made. */
export function ticking(): { readonly nowMs: number } {
  let nowMs = $state(performance.now());
  const timer = setInterval(() => (nowMs = performance.now()), 250);
  onDestroy(() => clearInterval(timer));
  return {
    get nowMs() {
      return nowMs;
    },
  };
}
