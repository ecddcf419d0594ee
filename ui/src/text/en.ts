import { checks, coach, joining, ledger, recents, start, waiting } from "./en/entry";
import { settings, shortcuts } from "./en/settings";
import { meetingEn } from "./meeting-en";
import { plural } from "./plural";

/** Every text that a person can see or hear read out. `ru.ts` has the same keys, checked by the compiler. */
export const en = {
  language: "en",
  app: {
    name: "Foyer",
    close: "Close",
    dismiss: "Dismiss",
    opening: "Opening…",
  },
  start,
  recents,
  joining,
  checks,
  coach,
  waiting,
  ledger,
  settings,
  shortcuts,
  home: {
    title: "Join a meeting",
    lead: "Paste the link you were sent. No account is needed.",
    field: "Meeting link",
    placeholder: "Paste a link, an invitation or a meeting ID",
    clear: "Clear the field",
    checking: "Looking at the link…",
    hint: "Foyer looks at the text on this computer only. Nothing is opened before you continue.",
    proceed: "Continue",
    practise: "Practise first",
    practiseLead: "Practise first: check camera, sound and sharing in a rehearsal with three simulated people. Nothing leaves this computer.",
    starting: "Starting…",
    /** What stands in the field for a page without words. */
    page: "Pasted invitation",
    kinds: {
      teamsLong: "Microsoft Teams meeting",
      teamsShort: "Microsoft Teams meeting",
      teamsChannel: "Microsoft Teams meeting in a channel",
      teamsId: "Microsoft Teams meeting",
      practice: "Practice meeting",
      invitation: "Invitation from an organisation",
    },
    verdicts: {
      join: "Ready to join",
      needsPasscode: "The passcode is missing",
      refused: "Cannot be joined here",
    },
    organizer: (who: string) => `Organiser: ${who}`,
    meetingId: (id: string) => `Meeting ID: ${id}`,
    passcode: "Passcode",
    channel: "You will hear and see everybody. Guests have no chat in channel meetings.",
    /** What to do next, as items of a list. */
    next: {
      title: "What you can do",
      join: "Press Continue to choose your name, camera and sound.",
      passcode: "Enter the passcode that stands in the invitation, or paste the whole invitation.",
      browser: "Open the link in a browser.",
      dialIn: (number: string, id: string | null) =>
        id === null ? `Call ${number}.` : `Call ${number} and key in ${id} and #.`,
      organizer: (who: string | null) =>
        who === null ? "Ask the organiser who sent you the link." : `Ask ${who}, who invites you.`,
    },
  },
  preJoin: {
    title: "Ready to join?",
    back: "Back",
    guest: "You join as an external guest",
    name: "Your name",
    nameHint: "Others in the meeting see it.",
    nameMissing: "Enter a name so that people know who you are.",
    nameTooLong: "That name is too long. Use at most 256 characters.",
    join: "Join now",
    preview: "Preview of your camera",
    unnamed: "Your name",
    cameraOff: "Your camera is off",
    cameraFailed: "Your camera does not work",
    cameraStarting: "Starting your camera…",
    level: "Microphone level",
    silent: "We hear nothing from this microphone. Say something, or choose another one.",
    testSpeaker: "Test",
    testSpeakerLong: "Play a test sound on the chosen speaker",
  },
  devices: {
    title: "Devices",
    camera: "Camera",
    microphone: "Microphone",
    speaker: "Speaker",
    none: "None",
    noneFound: "No device found",
    systemDefault: (label: string) => (label ? `System default (${label})` : "System default"),
    synthetic: {
      "test:card": "Test picture (no camera needed)",
      "test:speech": "Test voice (no microphone needed)",
      "test:tone": "Test tone (no microphone needed)",
      "test:silence": "Silent speaker (nothing is played)",
      "test:screen": "Test screen",
    } as Record<string, string>,
    unnamed: "Unnamed device",
  },
  lobby: {
    title: "Waiting for someone to let you in",
    connecting: "Connecting…",
    connectingLead: "This usually takes a moment.",
    elapsed: "Waiting for",
    leave: "Leave",
    ownPicture: "Your own picture",
    admitted: "You are in.",
  },
  stage: {
    untitled: "Meeting",
    time: "Time in the meeting",
    alone: "You are the first one here",
    aloneLead: "Others appear here as soon as they join.",
    people: (count: number) => plural("en", count, { one: "# person", other: "# people" }),
    tile: (name: string, muted: boolean, speaking: boolean) =>
      name + (muted ? ", microphone off" : "") + (speaking ? ", speaking" : ""),
    tiles: "People in the meeting",
    you: "You",
    withYou: (name: string) => `${name} (you)`,
    share: (name: string) => `${name} is sharing a screen`,
    shareOf: (name: string) => `Screen of ${name}`,
    youShare: "You are sharing your screen",
    youShareLead: "Everyone in the meeting can see it.",
    shareStarting: "Starting to share…",
    stopSharing: "Stop sharing",
    previousPage: "Previous page",
    nextPage: "Next page",
    page: (page: number, pages: number) => `Page ${page} of ${pages}`,
    reconnecting: "Connection lost. Reconnecting…",
    reconnectingLead: "Stay here: you will be back as soon as the network is.",
    kept: (recording: boolean, transcription: boolean): string =>
      recording && transcription
        ? "This meeting is recorded and transcribed."
        : transcription
          ? "This meeting is transcribed."
          : "This meeting is recorded.",
    consentLead: "Your microphone, camera and screen are not sent until you agree.",
    consentAgree: "Agree",
    consentLeave: "Leave",
    leaveArmed: "Press the same keys again to leave the meeting.",
    waitingForPicture: "Waiting for the picture…",
  },
  bar: {
    label: "Meeting controls",
    mic: "Mic",
    micMute: "Mute",
    micUnmute: "Unmute",
    micProblem: "Microphone does not work. Try again",
    camera: "Camera",
    cameraOn: "Turn camera on",
    cameraOff: "Turn camera off",
    cameraProblem: "Camera does not work. Try again",
    share: "Share",
    shareStart: "Share your screen",
    shareStop: "Stop sharing",
    chat: "Chat",
    chatShow: "Show chat",
    chatHide: "Hide chat",
    unread: (count: number) => plural("en", count, { one: "# new message", other: "# new messages" }),
    people: "People",
    peopleShow: "Show people",
    peopleHide: "Hide people",
    devices: "Devices",
    devicesShow: "Show devices",
    devicesHide: "Hide devices",
    leave: "Leave",
    leaveLong: "Leave the meeting",
    withKeys: (label: string, keys: string) => `${label} (${keys})`,
  },
  sharePicker: {
    title: "Share your screen",
    lead: "Everyone in the meeting will see it.",
    screens: "Screens",
    screen: (number: number) => `Screen ${number}`,
    main: "Main",
    size: (width: number, height: number) => `${width} × ${height}`,
    none: "No screen was found that could be shared.",
    loading: "Looking for screens…",
    cancel: "Cancel",
    share: "Share",
  },
  chat: {
    title: "Chat",
    log: "Messages",
    empty: "No messages yet",
    emptyLead: "Messages here are visible to everyone in the meeting and disappear for you when you leave.",
    field: "Message",
    placeholder: "Write a message",
    send: "Send",
    closed: "The chat is not available right now.",
    edited: "(edited)",
    deleted: "Message deleted",
    /** Why a meeting has no chat, by code. */
    absent: {
      "chat.opening": "The chat is being opened…",
      "chat.refused": "Chat is not available in this meeting. Everything else works.",
      "chat.not_allowed": "The organiser has switched chat off for guests. Everything else works.",
      "chat.missing": "This meeting has no chat for guests. Everything else works.",
    } as Record<string, string>,
    tooLong: (count: number) => plural("en", count, { one: "# character too many", other: "# characters too many" }),
    newMessages: "New messages",
    announced: (from: string, text: string) => `${from}: ${text}`,
  },
  people: {
    title: "People",
    inMeeting: "In the meeting",
    you: "(you)",
    host: "Host",
    muted: "Microphone off",
    unmuted: "Microphone on",
    cameraOn: "Camera on",
    sharing: "Sharing",
    invite: "Invite somebody",
    inviteLead: "Whoever opens this link can ask to be let in.",
    copyLink: "Copy link",
    copied: "Copied",
    alone: "You are the first one here.",
  },
  /** Before the first Teams meeting. */
  terms: {
    title: "Before your first Teams meeting",
    lead: "Foyer joins Teams meetings with Microsoft’s calling software. To use it you agree to Microsoft’s terms below. You are asked only once.",
    privacyTitle: "What is sent to Microsoft",
    privacy:
      "Your name as you type it, your voice, picture, screen and messages go to the meeting through Microsoft. Its calling software also sends Microsoft data on how the call went and on this computer; Foyer cannot switch that off. Nothing is sent before you agree. Practice meetings send nothing.",
    licenceTitle: "Microsoft’s terms",
    missing: "The terms cannot be read. Install Foyer again.",
    agree: "Agree and continue",
    decline: "Back",
  },
  ended: {
    rejoin: "Rejoin",
    home: "Back to start",
    browser: "Open in the browser",
    /** Where Teams cannot be joined this way: what can be changed, by the code for help desks. */
    refusals: {
      "teams.environment_refused":
        "Nothing in the organisation’s settings changes that: Microsoft’s calling software does not work in this system’s web view. Update the system, or use a browser. “foyer doctor --calling” tells your help desk how far it gets.",
      "teams.organisation_blocks_guests":
        "The organiser’s IT can allow it in the Teams admin centre: that anonymous people can join meetings, and that users of Azure Communication Services are let in. Until then, join in a browser.",
      "teams.no_service":
        "The organiser’s IT can run Foyer’s token service and send invitations with it. Until then, join in a browser.",
      "teams.without_sdk":
        "Whoever installs software on this computer can install a Foyer that holds Microsoft’s part. Until then, join in a browser.",
    } as Record<string, string>,
    reasons: {
      hungUp: { title: "You left the meeting", lead: "You can come back as long as the meeting runs." },
      deniedByHost: {
        title: "You were not let in",
        lead: "The host declined. If that was a mistake, ask them and try again.",
      },
      removed: { title: "You were removed from the meeting", lead: "The host ended your part in it. Ask them if you think it was a mistake." },
      meetingEnded: { title: "The meeting has ended", lead: "The host ended it for everyone." },
      serverGone: {
        title: "The meeting cannot be reached any more",
        lead: "The connection was lost and could not be made again. Check your network and try to rejoin.",
      },
      lobbyTimedOut: { title: "Nobody let you in", lead: "The lobby closed after a long wait. You can ask again." },
      linkUnknown: {
        title: "This meeting does not exist",
        lead: "It may be over, or the link is incomplete. Ask for a new link.",
      },
      linkInvalid: {
        title: "This link cannot be used for joining",
        lead: "It is damaged or incomplete. Copy it again, or ask for a new one.",
      },
      meetingFull: { title: "This meeting is full", lead: "No more people fit in right now. Try again later." },
      nameInvalid: {
        title: "The meeting did not accept your name",
        lead: "Go back to the start and join with another one.",
      },
      netUnreachable: {
        title: "The meeting cannot be reached",
        lead: "There was no answer. Check your network and that the meeting is still running, then try again.",
      },
      invitationInvalid: {
        title: "This invitation is not valid",
        lead: "It was changed on its way, or made by somebody else. Ask the organiser for a new one.",
      },
      invitationNotYet: { title: "It is too early", lead: "This invitation is not valid yet. Try again when the meeting begins." },
      invitationExpired: { title: "This invitation has expired", lead: "Ask the organiser for a new one." },
      invitationUsedUp: {
        title: "This invitation has been used up",
        lead: "As many people as it allows have come with it. Ask the organiser for one of your own.",
      },
      invitationNeeded: {
        title: "An invitation is needed",
        lead: "The organisation lets in only whom it invites through Foyer. Ask the organiser for a Foyer invitation.",
      },
      entryBusy: { title: "Too many guests at once", lead: "The organisation’s service is busy. Wait a minute and try again." },
      entryFailed: {
        title: "The organisation’s service does not work",
        lead: "It could not give you a guest’s identity. Try again; if it keeps happening, tell the organiser.",
      },
      entryUnreachable: {
        title: "The organisation’s service cannot be reached",
        lead: "Check your network, and a VPN or proxy if you use one, then try again. “foyer doctor” tells your help desk more.",
      },
      ownKeyRefused: {
        title: "Azure refused your developer’s key",
        lead: "Check the connection string that is kept in the keyring, and this computer’s clock.",
      },
      noService: {
        title: "Foyer is not set up for this organisation",
        lead: "Teams meetings need the service of the organisation that invites you. Ask the organiser for a Foyer invitation.",
      },
      teamsUnavailable: {
        title: "This Foyer cannot join Teams meetings",
        lead: "It was built without the part that joins them. Open the meeting’s link in a browser.",
      },
      environmentRefused: {
        title: "Teams meetings do not work on this system",
        lead: "Microsoft’s calling software does not run here. Open the meeting’s link in a browser.",
      },
      windowLost: {
        title: "The part that joins Teams meetings has stopped",
        lead: "Rejoin; if it keeps happening, open the link in a browser.",
      },
      guestsBlocked: {
        title: "The organisation does not let you in this way",
        lead: "Its rules keep out guests who come through apps like Foyer. Open the link in a browser, or ask the organiser.",
      },
      mediaBlocked: {
        title: "Your network blocks sound and pictures",
        lead: "Try another network, or switch your VPN off. Or take part by telephone.",
      },
      mediaLost: { title: "Sound and pictures were lost", lead: "The connection did not come back. Check your network and rejoin." },
      sessionExpired: { title: "Your guest’s pass has expired", lead: "Rejoin to get a new one." },
      everybodyGone: { title: "Nobody else is there", lead: "The meeting ended because you were the only one in it." },
      breakoutClosed: { title: "The breakout room has closed", lead: "Rejoin to get back to the meeting." },
      roleChanged: { title: "Your role was changed", lead: "You were disconnected so that it takes effect. Rejoin." },
      interrupted: { title: "You were disconnected", lead: "Foyer was not heard of for too long. Rejoin." },
      serviceFailed: {
        title: "The call ended because of an error",
        lead: "The meeting and Foyer did not understand each other. You can try again.",
      },
    } as Record<string, { title: string; lead: string }>,
  },
  /** Why a pasted text cannot be joined. */
  links: {
    "link.nothing_found": "There is no meeting link in this text. Paste the whole invitation, or the link from its “Join” button.",
    "link.teams_needs_service":
      "This is a Microsoft Teams meeting. To join those, Foyer needs the service of the organisation that invites you, and it is not set up on this computer. Ask the organiser, or practise here meanwhile.",
    "link.teams_unavailable":
      "This is a Microsoft Teams meeting. This Foyer was built without the part that joins those. Open the link in a browser, or practise here meanwhile.",
    "link.needs_passcode": "The passcode is missing. Enter it, or paste the whole invitation.",
    "link.personal":
      "This meeting was made with a personal Teams account. Foyer can only join meetings of organisations.",
    "link.event": "This is a webinar, a town hall or a live event. Guests cannot join those with Foyer.",
    "link.gcc_high": "This meeting is in the Teams of US authorities (GCC High), which does not let Foyer in.",
    "link.dod": "This meeting is in the Teams of the US Department of Defense, which does not let Foyer in.",
    "link.china": "This meeting is in the Teams of China (21Vianet), which does not let Foyer in.",
    "link.not_a_meeting":
      "This is a Teams link, but it leads to no meeting, or it was cut off. Copy the link of the “Join” button, from its beginning to its end.",
    "link.look_alike":
      "Careful: this link imitates Microsoft Teams, but leads elsewhere. Do not open it, and enter no password there.",
    "link.other_site": "This link does not lead to a meeting that Foyer can join. Open it in a browser.",
    "link.invalid": "This link is damaged. Copy it again, from its beginning to its end.",
    "link.too_long": "This text is too long to be an invitation. Paste only the link.",
    "link.host_page": "This is the host’s link. It opens in a browser. Ask for the link for guests to join with Foyer.",
  } as Record<string, string>,
  /** What does not work, why, and what to do. For devices, commands and pictures. */
  problems: {
    "device.busy":
      "Another app is using it. You can take part without it; close the other app and try again, or choose another device.",
    "device.not_found": "It is not connected. You can take part without it; plug it in or choose another device.",
    "device.lost": "It was unplugged. You can take part without it; plug it in again or choose another device.",
    "device.not_allowed":
      "The system does not allow Foyer to use it. You can take part without it; allow it in the system’s settings and try again.",
    "device.unsupported": "It offers no format that Foyer can use. You can take part without it; choose another device.",
    "device.stalled": "It has stopped answering. You can take part without it; plug it in again or choose another device.",
    "device.failed": "The system reports an error. You can take part without it; try again or choose another device.",
    "codec.failed": "Your picture could not be prepared for sending. Others do not see it; turn it off and on again.",
    "codec.input": "The device delivers pictures that Foyer cannot use. Others do not see it; choose another device.",
    "codec.missing": "A part that prepares pictures for sending is missing. Others do not see it; install Foyer again.",
    "share.taken": "Somebody else is sharing. Only one screen can be shared at a time; try again when they have stopped.",
    "media.lost": "The connection for sound and pictures was lost. It comes back by itself as soon as the network is.",
    "media.negotiation": "Sound and pictures could not be set up. Leave and join again.",
    "media.unavailable": "Sound and pictures could not be set up. Leave and join again.",
    "name.invalid": "That name was not accepted. Enter a name of 1 to 256 characters.",
    "net.unreachable": "The meeting cannot be reached. Check your network and that the meeting is still running, then try again.",
    "practice.listen": "The practice meeting could not be started: this computer did not let Foyer open a local connection. Try again.",
    "config.file": "Foyer’s configuration file cannot be read, so Teams meetings cannot be joined. Ask whoever set this computer up.",
    "config.token_service":
      "The address of the organisation’s service is wrong, so Teams meetings cannot be joined. Ask whoever set this computer up.",
    "config.developer": "The setting for developers is neither 1 nor 0. Correct FOYER_DEVELOPER and start Foyer again.",
    "developer_key.no_keyring": "The system’s keyring cannot be used. Unlock it and try again.",
    "developer_key.none": "Developer mode is on, but no key is kept. Store one with “foyer developer-key set”.",
    "developer_key.unusable": "The developer’s key that is kept is no connection string. Store it again with “foyer developer-key set”.",
    "http.setup": "No connection can be made: the proxy or certificate settings of this computer are wrong.",
    "browser.failed": "No browser could be opened. Copy the link and open it yourself.",
    "call.none": "There is no call at the moment. Go back to the start and join again.",
    "feeds.noWebCodecs":
      "This system cannot show video inside apps. You hear everybody and they see you. Update the system’s web view to see pictures.",
    "feeds.noH264":
      "H.264 video cannot be shown here. You hear everybody; to see them, install the system’s H.264 decoder (on Debian: gstreamer1.0-libav).",
    "feeds.noVp8":
      "VP8 video cannot be shown here. You hear everybody; to see them, install the system’s VP8 decoder (on Debian: gstreamer1.0-plugins-good).",
    "app.failed": "Foyer could not do that. Try again; if it keeps happening, start Foyer again.",
  } as Record<string, string>,
  /** Sentences about what happened. What happened to a device is told by `problems`. */
  notices: {
    "call.mutedByHost": () => "The host turned your microphone off. You can turn it on again.",
    "call.consentNotTaken": () => "The meeting did not take your consent to being recorded. Try again.",
    "chat.notSent": () => "A message could not be sent. Try again.",
    "chat.tooLong": () => "A message was too long to be sent. Shorten it.",
    "chat.empty": () => "A message without text was not sent.",
  } as Record<string, () => string>,
  problemWith: {
    camera: (problem: string) => `Camera: ${problem}`,
    microphone: (problem: string) => `Microphone: ${problem}`,
    speaker: (problem: string) => `Speaker: ${problem}`,
    share: (problem: string) => `Sharing: ${problem}`,
    unknown: (code: string) => `Something did not work (${code}). Try again; if it keeps happening, start Foyer again.`,
  },
  announce: {
    joined: (names: string[]) =>
      names.length <= 2 ? `${names.join(" and ")} joined` : `${names[0]} and ${names.length - 1} others joined`,
    left: (names: string[]) =>
      names.length <= 2 ? `${names.join(" and ")} left` : `${names[0]} and ${names.length - 1} others left`,
    muted: "Your microphone is off",
    unmuted: "Your microphone is on",
    cameraOn: "Your camera is on",
    cameraOff: "Your camera is off",
    reconnected: "You are connected again",
    shareStarted: (name: string) => `${name} is sharing a screen`,
    shareStopped: "The screen is no longer shared",
  },
  meeting: meetingEn,
};

export type Text = typeof en;
