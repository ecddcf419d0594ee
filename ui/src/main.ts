import { mount } from "svelte";
import App from "./App.svelte";
import type { Backend } from "./backend/backend";
import "./styles/tokens.css";
import "./styles/base.css";
import { languageFor, setLanguage } from "./text/text.svelte";

/** Only builds made for it contain the fake backend; the app has one backend, the shell. */
async function backend(): Promise<Backend> {
  if (import.meta.env.MODE === "fake") {
    const { FakeBackend } = await import("./backend/fake");
    return new FakeBackend(new URLSearchParams(location.search));
  }
  const { TauriBackend } = await import("./backend/tauri");
  return new TauriBackend();
}

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no #app");
setLanguage(languageFor(navigator.languages));
mount(App, { target, props: { backend: await backend() } });
