/**
 * The `data-testid` of every control and region, for tests of the whole app.
 *
 * Home: `home`, `link-field`, `link-clear`, `link-verdict` (data-verdict = join | needsPasscode | refused, data-kind),
 * inside it `link-card` (`link-title`, `link-time`, `link-note`), `link-refused` and `link-next` (items with
 * data-step = join | passcode | browser | dialIn | organizer); `continue`, `practise`, `update`, `update-now`, `home-problem`.
 * Pre-join: `prejoin`, `preview`, `name`, `name-problem`, `mic`, `camera`, `camera-select`, `mic-select`,
 * `speaker-select`, `level` (aria-valuenow = lit segments, 0 to 12), `speaker-test`, `camera-problem`, `mic-problem`,
 * `speaker-problem`, `mic-silent`, `join`, `back`.
 * Connecting and lobby: `connecting`, `lobby`, `lobby-elapsed`, `mic`, `camera`, `leave`, `self-view`.
 * Meeting: `meeting`, `meeting-title`, `meeting-time`, `people-count`, `stage`, `tile-<personId>` (data-speaking,
 * data-muted), `self-view`, `share-view` (somebody's screen), `share-preview` (our own), `share-stop`, `page-previous`,
 * `page-next`, `reconnecting`, `leave-armed`, `toast` (data-code), `toast-dismiss`, `problem-bar`. Read out only:
 * `announce-polite`, `announce-assertive`.
 * Every tile and view holds one `canvas`; the element around it has data-feed, data-frames (pictures painted since
 * the feed was first shown), data-width and data-height (of the last picture).
 * Bar: `mic` (aria-pressed = true while on; data-state = off | starting | live | failed), `camera` (the same), `share`,
 * `chat` (data-unread), `people`, `devices`, `leave`.
 * Share picker: `share-picker`, `share-screen-<index>`, `share-confirm`, `share-cancel`.
 * Chat: `chat-pane`, `chat-log`, `chat-message` (data-mine), `chat-input`, `chat-send`, `pane-close`.
 * People: `people-pane`, `person-<personId>`, `person-me`, `copy-link`. Devices: `devices-pane`, pickers as in pre-join.
 * Ended: `ended` (data-reason = the code), `ended-reason`, `ended-advice` (data-code), `ended-browser`, `rejoin`, `home`.
 * Terms before the first Teams meeting: `terms`, `terms-privacy`, `terms-licence`, `terms-agree`, `terms-decline`.
 */
export const tileId = (personId: string): string => `tile-${personId}`;
export const personRowId = (personId: string): string => `person-${personId}`;
export const shareScreenId = (index: number): string => `share-screen-${index}`;
