import type { MenuItem, MenuSpec } from "../controls/menus.svelte";
import type { PersonView } from "../contract/PersonView";
import { t } from "../text/text.svelte";
import { CORNERS, type StageContext } from "./look.svelte";

/** What can be done about somebody: for us alone, and what our rights allow. */
export function personMenu(stage: StageContext, { id, name }: PersonView, at: "tile" | "row"): MenuSpec {
  const { look, send } = stage;
  const person = () => stage.view.people.find((other) => other.id === id);
  return {
    key: `${at} ${id}`,
    label: t().meeting.tile.menu(name),
    slider: () => {
      const now = person();
      if (!now || !stage.view.abilities.volume) return null;
      return {
        label: (volume) => t().meeting.tile.volumeOf(volume),
        value: now.volume,
        onInput: (volume) => send({ intent: "setVolume", personId: id, volume }),
      };
    },
    items: () => {
      const now = person();
      if (!now) return [];
      const pinned = look.pinned.includes(id);
      const items: MenuItem[] = [
        {
          kind: "action",
          id: "pin",
          icon: "pin",
          label: pinned ? t().meeting.tile.unpin : t().meeting.tile.pin,
          onSelect: () => look.togglePin(id),
        },
      ];
      if (now.cameraFeed !== null) {
        items.push({
          kind: "action",
          id: "fit",
          icon: "fit",
          label: look.isWhole(id) ? t().meeting.tile.fill : t().meeting.tile.fit,
          onSelect: () => look.toggleWhole(id),
        });
      }
      if (stage.view.abilities.volume) {
        items.push({
          kind: "action",
          id: "mute",
          icon: now.volume === 0 ? "speaker" : "volumeOff",
          label: now.volume === 0 ? t().meeting.tile.unmuteForMe : t().meeting.tile.muteForMe,
          onSelect: () =>
            send({ intent: "setVolume", personId: id, volume: look.toggledVolume(id, now.volume) }),
        });
      }
      const rights = moderation(stage, now);
      return rights.length === 0 ? items : [...items, { kind: "line", id: "rights" }, ...rights];
    },
  };
}

/** What our rights in this meeting let us do to somebody, for everybody to notice. */
function moderation({ view, send }: StageContext, { id: personId, muted, spotlit }: PersonView): MenuItem[] {
  const { abilities } = view;
  const items: MenuItem[] = [];
  if (abilities.spotlight) {
    items.push({
      kind: "action",
      id: "spotlight",
      icon: "spotlight",
      label: spotlit ? t().meeting.people.unspotlight : t().meeting.people.spotlight,
      onSelect: () => send({ intent: "moderate", deed: { deed: "spotlight", personId, on: !spotlit } }),
    });
  }
  if (abilities.muteOthers && !muted) {
    items.push({
      kind: "action",
      id: "mute-them",
      icon: "micOff",
      label: t().meeting.people.mute,
      onSelect: () => send({ intent: "moderate", deed: { deed: "mute", personId } }),
    });
  }
  if (abilities.remove) {
    items.push({
      kind: "action",
      id: "remove",
      icon: "leave",
      danger: true,
      label: t().meeting.people.remove,
      onSelect: () => send({ intent: "moderate", deed: { deed: "remove", personId } }),
    });
  }
  return items;
}

/** What can be done about our own picture. Where it floats, it can be moved. */
export function selfMenu({ look, mirrors }: StageContext, floats: boolean): MenuSpec {
  return {
    key: "self",
    label: t().meeting.tile.ownMenu,
    items: () => {
      const items: MenuItem[] = [
        {
          kind: "action",
          id: "hide-self",
          icon: "eyeOff",
          label: t().meeting.tile.hideSelf,
          onSelect: () => (look.selfHidden = true),
        },
      ];
      if (mirrors) {
        items.push({
          kind: "check",
          id: "mirror",
          icon: "mirror",
          label: t().meeting.tile.mirror,
          checked: look.mirrored,
          onSelect: () => look.toggleMirror(),
        });
      }
      if (floats) {
        items.push({ kind: "line", id: "moves" });
        for (const corner of CORNERS) {
          items.push({
            kind: "radio",
            id: corner,
            label: t().meeting.tile.moveTo[corner],
            checked: look.selfCorner === corner,
            onSelect: () => (look.selfCorner = corner),
          });
        }
      }
      return items;
    },
  };
}
