"""files.*: the upload in three steps, and what is known about files."""

from bot.workspace.methods.call import Call, Method
from bot.workspace.methods.chat import structure
from bot.workspace.refusal import SlackRefusal
from bot.workspace.state import Json
from bot.workspace.stored_file import StoredFile


def get_upload_url(call: Call) -> Json:
    call.need("files:write")
    name = call.required("filename")
    try:
        length = int(call.required("length"))
    except ValueError:
        raise SlackRefusal("invalid_arguments") from None
    if length <= 0:
        raise SlackRefusal("invalid_arguments", response_metadata={"messages": ["[ERROR] length must be over 0"]})
    file, ticket = call.files.expect(name, length, call.app.user_id)
    return {"upload_url": f"{call.state.base_url}/upload/v1/{ticket}", "file_id": file.id}


def complete_upload(call: Call) -> Json:
    """Slack's answer names id and title only: which message carries the file shows later, in files.info."""
    call.need("files:write")
    wanted = structure(call, "files")
    if not isinstance(wanted, list) or not wanted:
        raise SlackRefusal("invalid_arguments")
    files = [call.files.uploaded(str(item.get("id"))) for item in wanted]
    channel = call.joined(key="channel_id") if call.text("channel_id") else None
    for file, item in zip(files, wanted, strict=True):
        file.title = item.get("title") or file.name
    thread_ts = call.text("thread_ts") or None
    call.files.share(files, channel, call.bot, text=call.text("initial_comment"), thread_ts=thread_ts)
    return {"files": [{"id": file.id, "title": file.title} for file in files]}


def info(call: Call) -> Json:
    call.need("files:read")
    file = call.state.file(call.required("file", "file_not_found"))
    return {"file": _shape(call, file), "comments": [], "response_metadata": {"next_cursor": ""}}


def listing(call: Call) -> Json:
    call.need("files:read")
    wanted = call.text("channel")
    found = [
        file
        for file in reversed(call.state.files.values())
        if file.complete and (not wanted or wanted in file.shares) and _visible(call, file)
    ]
    count, page = call.number("count", 100, 1000), call.number("page", 1, 10_000)
    shapes = [_shape(call, file) for file in found[(page - 1) * count : page * count]]
    pages = max(1, -(-len(found) // count))
    return {"files": shapes, "paging": {"count": count, "total": len(found), "page": page, "pages": pages}}


def _visible(call: Call, file: StoredFile) -> bool:
    return file.user == call.app.user_id or any(
        call.app.user_id in call.state.channels[channel].members for channel in file.shares
    )


def _shape(call: Call, file: StoredFile) -> Json:
    public = {c: s for c, s in file.shares.items() if call.state.channels[c].kind == "channels"}
    private = {c: s for c, s in file.shares.items() if c not in public}
    shares = {kind: found for kind, found in (("public", public), ("private", private)) if found}
    return file.as_slack(call.state.base_url, call.state.team_id) | {
        "channels": list(public),
        "groups": [c for c in private if not call.state.channels[c].is_im],
        "ims": [c for c in private if call.state.channels[c].is_im],
        "shares": shares,
    }


METHODS: dict[str, Method] = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": info,
    "files.list": listing,
}
