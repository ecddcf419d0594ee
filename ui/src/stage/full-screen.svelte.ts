import { onMount } from "svelte";

const IDLE_MS = 4000;

/** Whether the page fills the screen, and whether nobody has moved anything for a while. Call it while a component is made. */
export function fullScreen(): { readonly on: boolean; readonly idle: boolean; readonly toggle: (() => void) | null } {
  let on = $state(false);
  let idle = $state(false);

  onMount(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wake = () => {
      clearTimeout(timer);
      idle = false;
      if (on) timer = setTimeout(() => (idle = true), IDLE_MS);
    };
    const change = () => {
      on = document.fullscreenElement === document.documentElement;
      wake();
    };
    const signs = ["pointermove", "pointerdown", "keydown", "focusin"];
    document.addEventListener("fullscreenchange", change);
    for (const sign of signs) document.addEventListener(sign, wake);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("fullscreenchange", change);
      for (const sign of signs) document.removeEventListener(sign, wake);
      if (on) void document.exitFullscreen();
    };
  });

  function toggle() {
    const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
    done.catch(() => undefined);
  }

  return {
    get on() {
      return on;
    },
    get idle() {
      return idle;
    },
    toggle: document.fullscreenEnabled ? toggle : null,
  };
}
