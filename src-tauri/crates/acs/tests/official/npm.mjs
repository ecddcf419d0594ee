// Microsoft's npm libraries as clients of the fake. Reads where it is from stdin as JSON, writes what it saw as JSON.
import { ChatClient } from "@azure/communication-chat";
import { AzureCommunicationTokenCredential, getIdentifierRawId } from "@azure/communication-common";
import { CommunicationIdentityClient } from "@azure/communication-identity";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { connection, endpoint, teamsThread, guestToken } = JSON.parse(Buffer.concat(chunks));

const all = async (pages) => {
  const items = [];
  for await (const item of pages) items.push(item);
  return items;
};
const client = (token) => new ChatClient(endpoint, new AzureCommunicationTokenCredential(token));
const refused = async (what) => {
  try {
    await what();
    return "carried out";
  } catch (error) {
    return `${error.statusCode ?? error.status} ${error.code}`;
  }
};
const shownParticipant = (one) => ({ rawId: getIdentifierRawId(one.id), name: one.displayName ?? null });
const shown = (message) => ({
  id: message.id,
  type: message.type,
  sequenceId: message.sequenceId,
  version: message.version,
  message: message.content?.message ?? null,
  topic: message.content?.topic ?? null,
  participants: (message.content?.participants ?? []).map(shownParticipant),
  attachments: (message.content?.attachments ?? []).map((one) => ({
    id: one.id,
    type: one.attachmentType,
    name: one.name ?? null,
    url: one.url ?? null,
    previewUrl: one.previewUrl ?? null,
  })),
  sender: message.sender ? getIdentifierRawId(message.sender) : null,
  senderName: message.senderDisplayName ?? null,
  createdOn: message.createdOn.toISOString(),
  editedOn: message.editedOn?.toISOString() ?? null,
  deletedOn: message.deletedOn?.toISOString() ?? null,
  metadata: message.metadata ?? {},
});

const identity = new CommunicationIdentityClient(connection);
const made = await identity.createUserAndToken(["chat", "voip"], { tokenExpiresInMinutes: 60 });
const alice = made.user;
const bob = await identity.createUser();
const bobToken = await identity.getToken(bob, ["chat.join"]);
const stranger = await identity.createUserAndToken(["chat.join.limited"]);

const chat = client(made.token);
const created = await chat.createChatThread(
  { topic: "From npm" },
  { participants: [{ id: bob, displayName: "Bob" }, { id: { communicationUserId: "8:acs:nobody" } }] },
);
const threadId = created.chatThread.id;
const thread = chat.getChatThreadClient(threadId);
const asBob = client(bobToken.token).getChatThreadClient(threadId);

const sent = await thread.sendMessage(
  { content: "hello" },
  { senderDisplayName: "Alice", type: "text", metadata: { tags: "a" } },
);
const html = await asBob.sendMessage({ content: "<p>hi <b>you</b></p>" }, { type: "html" });
const doomed = await thread.sendMessage({ content: "oops" });
await thread.updateMessage(sent.id, { content: "hello again" });
await thread.deleteMessage(doomed.id);
await thread.sendTypingNotification({ senderDisplayName: "Alice" });
await asBob.sendReadReceipt({ chatMessageId: sent.id });
await thread.updateTopic("Renamed by npm");
await thread.addParticipants({ participants: [{ id: stranger.user, displayName: "Stranger" }] });
const crowd = await all(thread.listParticipants({ maxPageSize: 2 }));
await thread.removeParticipant(stranger.user);

const result = {
  tokenLifetimeMinutes: Math.round((made.expiresOn - Date.now()) / 60000),
  invalid: created.invalidParticipants?.length ?? 0,
  threadId,
  ids: { sent: sent.id, html: html.id, doomed: doomed.id },
  token: made.token,
  user: alice.communicationUserId,
  one: shown(await thread.getMessage(sent.id)),
  messages: (await all(thread.listMessages({ maxPageSize: 2 }))).map(shown),
  participants: crowd.map(shownParticipant),
  receipts: (await all(thread.listReadReceipts())).map((one) => ({
    reader: getIdentifierRawId(one.sender),
    messageId: one.chatMessageId,
    readOn: one.readOn.toISOString(),
  })),
  properties: await thread.getProperties().then((it) => ({
    topic: it.topic,
    createdBy: getIdentifierRawId(it.createdBy),
    createdOn: it.createdOn.toISOString(),
  })),
  threads: (await all(chat.listChatThreads())).map((it) => it.id),
  refusals: {
    editOfAnothers: await refused(() => asBob.updateMessage(sent.id, { content: "mine now" })),
    strangerReads: await refused(() => all(client(stranger.token).getChatThreadClient(threadId).listMessages())),
    limitedCreates: await refused(() => client(stranger.token).createChatThread({ topic: "no" })),
    noSuchMessage: await refused(() => thread.getMessage("1")),
  },
};
await identity.revokeTokens(bob);
result.refusals.revoked = await refused(() => asBob.getProperties());
await identity.deleteUser(bob);
result.refusals.deletedUser = await refused(() => identity.getToken(bob, ["chat"]));

const meeting = client(guestToken).getChatThreadClient(teamsThread);
const note = await meeting.sendMessage({ content: "a guest writes from npm" }, { senderDisplayName: "Gus" });
result.meeting = {
  note: note.id,
  messages: (await all(meeting.listMessages({ maxPageSize: 3 }))).map(shown),
  participants: (await all(meeting.listParticipants())).map(shownParticipant),
  receipt: await refused(() => meeting.sendReadReceipt({ chatMessageId: note.id })),
};
console.log(JSON.stringify(result));
