"""What the bot shows to Slack and needs from it. `deploy/slack-manifest.json` says the same; a test compares the two."""

from types import MappingProxyType

BOT_NAME = "Testing Postmortem"
COMMAND = "/testing-postmortem"
SHORTCUT = "review_testing_gaps"
CANCEL = "tp_cancel"
RERUN = "tp_rerun"

EVENT_SCOPES = MappingProxyType(
    {
        "app_mention": "app_mentions:read",
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "channel_archive": "channels:read",
        "channel_rename": "channels:read",
        "group_rename": "groups:read",
    }
)
"""Bot events that are subscribed to, with the scope that each needs. There is no group_archive on purpose:
an archived channel's review is posted elsewhere, and nothing of a private channel may be."""

METHOD_SCOPES = MappingProxyType(
    {
        "apps_connections_open": (),  # the app token's own scope, connections:write
        "auth_test": (),
        "chat_getPermalink": (),
        "chat_postEphemeral": ("chat:write",),
        "chat_postMessage": ("chat:write",),
        "chat_update": ("chat:write",),
        "conversations_history": ("channels:history", "groups:history"),
        "conversations_info": ("channels:read", "groups:read"),
        "conversations_join": ("channels:join",),
        "conversations_members": ("channels:read", "groups:read"),
        "conversations_replies": ("channels:history", "groups:history"),
        "files_info": ("files:read",),
        "files_list": ("files:read",),
        "files_upload_v2": ("files:write",),
        "files_getUploadURLExternal": ("files:write",),
        "files_completeUploadExternal": ("files:write",),
        "users_info": ("users:read",),
        "users_list": ("users:read",),
        "views_open": (),
        "views_publish": (),
        "views_push": (),
        "views_update": (),
    }
)
"""Web API methods as slack_sdk names them, with their bot scopes (Slack's method reference)."""

OTHER_SCOPES = MappingProxyType({"commands": "the slash command and the shortcut", "files:read": "downloads"})
