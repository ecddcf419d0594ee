/** `navigator.permissions` for what the engine grants: the guest is asked outside of the page. */
import { defineAttribute, definePromiseMethod } from "./patch";

export type PermissionOfMedia = "camera" | "microphone" | "speaker-selection" | "display-capture";

const NAMES: readonly string[] = ["camera", "microphone", "speaker-selection", "display-capture"];

const MAX_STATUSES = 64;

/** What was granted to this page. */
export class Grants {
  #states = new Map<PermissionOfMedia, PermissionState>();
  /** Held strongly, as pages may keep no more than a listener; the oldest give way. */
  #statuses: { name: PermissionOfMedia; status: PermissionStatus }[] = [];

  state(name: PermissionOfMedia): PermissionState {
    return this.#states.get(name) ?? "prompt";
  }

  grant(name: PermissionOfMedia): void {
    if (this.state(name) === "granted") return;
    this.#states.set(name, "granted");
    for (const one of [...this.#statuses]) if (one.name === name) one.status.dispatchEvent(new Event("change"));
  }

  /** Makes `status` live. */
  follow(name: PermissionOfMedia, status: PermissionStatus): void {
    this.#statuses.push({ name, status });
    if (this.#statuses.length > MAX_STATUSES) this.#statuses.shift();
  }
}

const ours = new WeakMap<object, PermissionOfMedia>();

export function patchPermissions(grants: Grants): void {
  if (typeof Permissions !== "function" || typeof PermissionStatus !== "function") return;
  const query = Permissions.prototype.query;
  const state = Object.getOwnPropertyDescriptor(PermissionStatus.prototype, "state")?.get;
  const name = Object.getOwnPropertyDescriptor(PermissionStatus.prototype, "name")?.get;
  for (const [member, native, own] of [
    ["state", state, (of: PermissionOfMedia) => grants.state(of)],
    ["name", name, (of: PermissionOfMedia) => of],
  ] as const) {
    if (!native) continue;
    defineAttribute<PermissionStatus, unknown>(PermissionStatus.prototype, member, (self) => {
      const of = ours.get(self);
      return of ? own(of) : native.call(self);
    });
  }
  definePromiseMethod<Permissions>(Permissions.prototype, "query", 1, async function (descriptor: unknown) {
    const wanted = (descriptor as { name?: unknown } | null | undefined)?.name;
    if (typeof wanted !== "string" || !NAMES.includes(wanted)) {
      return query.call(this, descriptor as PermissionDescriptor);
    }
    // Any status of the webview's own will do: what it says of itself is replaced.
    const status = await query.call(this, { name: "geolocation" });
    ours.set(status, wanted as PermissionOfMedia);
    grants.follow(wanted as PermissionOfMedia, status);
    return status;
  });
}
