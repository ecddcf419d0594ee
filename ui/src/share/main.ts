import { mount } from "svelte";
import "../styles/tokens.css";
import "../styles/base.css";
import { languageFor, setLanguage } from "../text/text.svelte";
import ShareWindow from "./ShareWindow.svelte";
import { TauriShare } from "./tauri-share";

const target = document.getElementById("app");
if (!target) throw new Error("share.html has no #app");
setLanguage(languageFor(navigator.languages));
mount(ShareWindow, { target, props: { backend: new TauriShare() } });
