/**
 * The `data-testid` of every control and region, for tests of the whole app.
 *
 * Home: `home`, `link-field`, `link-clear`, `link-verdict` (data-verdict = join | needsPasscode | refused, data-kind),
 * inside it `link-card` (`link-title`, `link-time`, `link-note`), `link-refused` and `link-next` (items with
 * data-step = join | passcode | browser | dialIn | organizer); `continue`, `practise`, `update`, `update-now`, `home-problem`,
 * `clipboard-offer`, `open-file`, `file-input`, `drop-target`, `recents` (`recent-<id>`, `forget-<id>`, `forget-all`),
 * `arm`, `is-armed`, `armed` (`armed-<id>` with data-stage, `armed-join-<id>`, `disarm-<id>`), `ring` (`ring-join`, `ring-later`),
 * `recents-none`, `recents-keep`, `settings-open`, `help-open`, `version`.
 * Pre-join: `prejoin`, `preview`, `name`, `name-problem`, `mic`, `camera`, `camera-select`, `mic-select`,
 * `speaker-select`, `level` (aria-valuenow = lit segments, 0 to 12), `speaker-test`, `camera-problem`, `mic-problem`,
 * `speaker-problem`, `mic-silent`, `mic-use-other`, `mic-hands-free`, `remember-name`, `camera-coach`,
 * `backgrounds` (data-state, data-chosen) in `background-details` or the meeting's `background-pane`: `background-<choice>`,
 * `background-file`, `background-input`, `background-note`, `background-stopped`, `background-problem`; `sound-check` (data-state),
 * `sound-check-start`, `sound-verdict` (data-verdict),
 * `lamp-microphone`, `lamp-camera` and `lamp-network` (data-check; `network-items`, `network-retry`), `lamp-detail`, `learn`, `join`, `join-more` (`join-muted`,
 * `join-listen`), `back`.
 * Connecting and lobby: `connecting`, `lobby`, `lobby-elapsed`, `mic`, `camera`, `leave`, `self-view`, `enter-mic`,
 * `enter-camera`, `lobby-hide`, `lobby-copy`, `lobby-copied`, `lobby-hints`.
 * Meeting: `meeting` (data-layout = gallery | speaker | focus), `meeting-title`, `meeting-time`, `people-count`, `kept` (recorded or
 * transcribed), `quality` (data-quality = good | fair | poor | none), `layout`, `full-screen`, `stage`, `tile-<personId>`
 * (data-speaking, data-muted), in it `hand-chip`; `self-view`, `self-floating` (data-corner), `strip-more`, `share-view` (somebody's
 * screen, data-scale) with `share-fit`, `share-actual`, `share-further`, `share-percent`, `share-closer`, `share-apart`, `share-full`; `share-is-apart` with `share-bring-back`; in its own window `share-window`, `share-problem`;
 * `share-preview` (our own), `share-stop`, `page-previous`, `page-next`, `reconnecting`, `consent`, `consent-agree`,
 * `consent-leave`, `leave-armed`, `room` (`room-enter`, `room-back`), `trouble` (data-code; `trouble-phone`, `trouble-dismiss`), `toast` (data-code), `toast-dismiss`, `problem-bar`, `reactions`, `captions` (`caption`,
 * `captions-resize`, `captions-language`, `captions-close`). Read out only: `announce-polite`,
 * `announce-assertive`.
 * Every tile and view holds one `canvas`; the element around it has data-feed, data-frames (pictures painted since
 * the feed was first shown), data-width and data-height (of the last picture).
 * Bar: `mic` (aria-pressed = true while on; data-state = off | starting | live | failed), `camera` (the same), their
 * menus `mic-menu` and `camera-menu`, `share`, `react`, `hand`, `more`, `leave`, `people`, `chat` (data-unread), `mute-truth`.
 * The one open menu: `menu` (data-menu), its items `menu-<id>`, such as `menu-devices`, `menu-people`, `menu-pin`,
 * `menu-mute`, `menu-react-like`, `menu-speaker`, `menu-slider`.
 * Mini window: `mini`, `mini-name`, `mini-mic`, `mini-back`, `mini-leave`.
 * Share picker: `share-picker`, `share-tab-<screen|window|region>`, `share-screen-<index>`, `share-window-<index>`, `share-no-windows`,
 * `share-region-screen-<index>`, `share-region-frame` with its corners `share-region-<nw|ne|sw|se>`, `share-region-size`, `share-region-<x|y|width|height>`,
 * `share-region-snap`, `share-pointer`, `share-sound`, `share-confirm`, `share-cancel`.
 * Chat: `chat-pane`, `chat-log` (only what can be seen is in it), `chat-message` (data-mine, data-state), `chat-edit`,
 * `chat-delete`, `chat-resend`, `chat-unread`, `chat-missed`, `chat-typing`, `chat-search`, `chat-search-field`, `chat-edit-cancel`,
 * `chat-input`, `chat-send`, `pane-close`.
 * `link-dialog` (`link-owner`, `link-whole`, `link-pretends`, `link-open`, `link-copy`, `link-copied`, `link-cancel`, `link-problem`).
 * People: `people-pane`, `people-search`, `people-list` (only what can be seen is in it), `person-<personId>`, `person-me`,
 * `copy-link`, `mute-all`, `lobby-list` (`waiting-<personId>` with `admit` and `turn-away`). Telephone: `phone-pane`, `phone-id`,
 * `phone-number`. Devices: `devices-pane`, pickers as in pre-join. Connection: `stats-pane`, `sent-picture`, `sent-figures` (data-fps), `sent-screen`, `sent-screen-figures`, `stats-path`, `stats-stream`, `stats-copy`.
 * Ended: `ended` (data-reason = the code), `ended-reason`, `ended-advice` (data-code), `ended-browser`, `rejoin`, `home`,
 * `ended-effect`, `ended-lasted`, `ledger` (`ledger-microphone`, `ledger-camera`, `ledger-share`), `ended-stored`, `wipe`, `transcript` (`transcript-save`, `transcript-saved`, `transcript-problem`).
 * Settings: `settings`, `settings-search`, `settings-section-<id>`, rows with data-setting, controls `settings-<id>`, `locked-<id>` where somebody else has set it,
 * `shortcut-table` (`shortcut-change-<action>`, `shortcut-reset-<action>`, `shortcut-conflict-<action>`),
 * `shortcuts-reset`, `settings-problem`. Closing the window in a call: `closing`, `closing-leave`, `closing-hide`, `closing-stay`.
 * `lobby-hide` is there only where there is a tray. Help: `shortcut-sheet`, `shortcuts-edit`. Dialogs: `dialog-close`.
 * Terms before the first Teams meeting: `terms`, `terms-privacy`, `terms-licence`, `terms-agree`, `terms-decline`.
 */
export const tileId = (personId: string): string => `tile-${personId}`;
export const waitingId = (personId: string): string => `waiting-${personId}`;
export const personRowId = (personId: string): string => `person-${personId}`;
export const shareScreenId = (index: number): string => `share-screen-${index}`;
export const shareWindowId = (index: number): string => `share-window-${index}`;
export const shareRegionScreenId = (index: number): string => `share-region-screen-${index}`;
export const shareTabId = (tab: string): string => `share-tab-${tab}`;
