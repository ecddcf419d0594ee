"""Microsoft's PyPI libraries as clients of the fake. Reads where it is from stdin as JSON, writes what it saw as JSON."""

import json
import sys
from datetime import datetime, timedelta, timezone

from azure.communication.chat import (
    ChatClient,
    ChatMessageType,
    ChatParticipant,
    CommunicationTokenCredential,
)
from azure.communication.identity import (
    CommunicationIdentityClient,
    CommunicationTokenScope,
    CommunicationUserIdentifier,
)
from azure.core.exceptions import HttpResponseError

told = json.load(sys.stdin)


def client(token):
    return ChatClient(told["endpoint"], CommunicationTokenCredential(token))


def refused(what):
    try:
        what()
        return "carried out"
    except HttpResponseError as error:
        return f"{error.status_code} {error.error.code if error.error else None}"


def instant(at):
    if at is None:
        return None
    return at.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def shown_participant(one):
    return {"rawId": one.identifier.raw_id, "name": one.display_name}


def shown(message):
    content = message.content
    return {
        "id": message.id,
        "type": getattr(message.type, "value", message.type),
        "sequenceId": message.sequence_id,
        "version": message.version,
        "message": content.message if content else None,
        "topic": content.topic if content else None,
        "participants": [shown_participant(one) for one in (content.participants or [])] if content else [],
        "attachments": [
            {
                "id": one.id,
                "type": getattr(one.attachment_type, "value", one.attachment_type),
                "name": one.name,
                "url": one.url,
                "previewUrl": one.preview_url,
            }
            for one in (content.attachments or [])
        ]
        if content
        else [],
        "sender": message.sender.raw_id if message.sender else None,
        "senderName": message.sender_display_name,
        "createdOn": instant(message.created_on),
        "editedOn": instant(message.edited_on),
        "deletedOn": instant(message.deleted_on),
        "metadata": message.metadata or {},
    }


identity = CommunicationIdentityClient.from_connection_string(told["connection"])
alice, token = identity.create_user_and_token(
    [CommunicationTokenScope.CHAT, CommunicationTokenScope.VOIP],
    token_expires_in=timedelta(minutes=60),
)
bob = identity.create_user()
bob_token = identity.get_token(bob, ["chat.join"])
stranger, stranger_token = identity.create_user_and_token(["chat.join.limited"])

chat = client(token.token)
created = chat.create_chat_thread(
    "From PyPI",
    thread_participants=[
        ChatParticipant(identifier=bob, display_name="Bob"),
        ChatParticipant(identifier=CommunicationUserIdentifier("8:acs:nobody")),
    ],
)
thread_id = created.chat_thread.id
thread = chat.get_chat_thread_client(thread_id)
as_bob = client(bob_token.token).get_chat_thread_client(thread_id)

sent = thread.send_message(
    "hello", sender_display_name="Alice", chat_message_type=ChatMessageType.TEXT, metadata={"tags": "a"}
)
html = as_bob.send_message("<p>hi <b>you</b></p>", chat_message_type="html")
doomed = thread.send_message("oops")
thread.update_message(sent.id, "hello again")
thread.delete_message(doomed.id)
thread.send_typing_notification(sender_display_name="Alice")
as_bob.send_read_receipt(sent.id)
thread.update_topic("Renamed by PyPI")
thread.add_participants([ChatParticipant(identifier=stranger, display_name="Stranger")])
crowd = list(thread.list_participants(results_per_page=2))
thread.remove_participant(stranger)

properties = thread.get_properties()
result = {
    # Version 1.5.0 hands the service's text through, whatever its types say.
    "tokenLifetimeMinutes": round(
        (datetime.fromisoformat(token.expires_on) - datetime.now(timezone.utc)).total_seconds() / 60
    ),
    "invalid": len(created.errors or []),
    "threadId": thread_id,
    "ids": {"sent": sent.id, "html": html.id, "doomed": doomed.id},
    "token": token.token,
    "user": alice.properties["id"],
    "one": shown(thread.get_message(sent.id)),
    "messages": [shown(one) for one in thread.list_messages(results_per_page=2)],
    "participants": [shown_participant(one) for one in crowd],
    "receipts": [
        {"reader": one.sender.raw_id, "messageId": one.chat_message_id, "readOn": instant(one.read_on)}
        for one in thread.list_read_receipts()
    ],
    "properties": {
        "topic": properties.topic,
        "createdBy": properties.created_by.raw_id,
        "createdOn": instant(properties.created_on),
    },
    "threads": [one.id for one in chat.list_chat_threads()],
    "refusals": {
        "editOfAnothers": refused(lambda: as_bob.update_message(sent.id, "mine now")),
        "strangerReads": refused(
            lambda: list(client(stranger_token.token).get_chat_thread_client(thread_id).list_messages())
        ),
        "limitedCreates": refused(lambda: client(stranger_token.token).create_chat_thread("no")),
        "noSuchMessage": refused(lambda: thread.get_message("1")),
    },
}
identity.revoke_tokens(bob)
result["refusals"]["revoked"] = refused(as_bob.get_properties)
identity.delete_user(bob)
result["refusals"]["deletedUser"] = refused(lambda: identity.get_token(bob, ["chat"]))

meeting = client(told["guestToken"]).get_chat_thread_client(told["teamsThread"])
note = meeting.send_message("a guest writes from PyPI", sender_display_name="Gus")
result["meeting"] = {
    "note": note.id,
    "messages": [shown(one) for one in meeting.list_messages(results_per_page=3)],
    "participants": [shown_participant(one) for one in meeting.list_participants()],
    "receipt": refused(lambda: meeting.send_read_receipt(note.id)),
}
print(json.dumps(result))
