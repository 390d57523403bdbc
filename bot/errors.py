"""The error tree. Each class says who sees it and what that person can do.

PostmortemError                 everything that this program raises on purpose
├── BadInput                    the person who asked: what is wrong with the input, what to change
│   ├── NotAnIncident           a path or channel that holds no incident that we can read
│   └── ChannelUnreadable       the bot is not in the channel, or lacks a scope
├── UnreadableFile              the reader of the review: one attachment could not be read; the rest goes on
├── SettingsError               the operator: a setting is missing or wrong
├── ModelError                  the operator and the person who asked; the review falls back to rules
│   ├── ModelUnavailable        nothing answers at OLLAMA_HOST
│   ├── ModelMissing            the endpoint answers, but has no such model
│   ├── PromptTooLong           our own budget was wrong: a defect, never silently cut
│   └── ModelAnswerInvalid      the answer is not the JSON that was asked for
├── SpeechError                 the reader of the review: no audio, the text stands
├── WeightsError                whoever fetches a model or voice: source, hash, disk space
└── PublishError                the person who asked and the operator: Slack refused a post

`str(error)` is the sentence for people: what happened and what to do. Details for the log go into `details`.
"""


class PostmortemError(Exception):
    """Base of everything raised on purpose; `details` are keys for the log, never for a post."""

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.details = details


class BadInput(PostmortemError):
    """The input cannot be used; the message says what to change. Exit code 2 on the command line."""


class NotAnIncident(BadInput):
    """The path or channel holds nothing that we can read as an incident."""


class ChannelUnreadable(BadInput):
    """Slack does not let the bot read the channel; the message names the invite or the scope."""


class UnreadableFile(PostmortemError):
    """One attachment cannot be read (corrupt, too large, not text); the review goes on without it."""


class SettingsError(PostmortemError):
    """A setting is missing or wrong; the message names it."""


class ModelError(PostmortemError):
    """The language model cannot be used. Exit code 3 on the command line when one was demanded."""


class ModelUnavailable(ModelError):
    """Nothing answers at the endpoint, or it kept failing."""


class ModelMissing(ModelError):
    """The endpoint answers but does not have the model; the message gives the pull command."""


class PromptTooLong(ModelError):
    """The prompt does not fit the context that was asked for."""


class ModelAnswerInvalid(ModelError):
    """The model's answer is not the JSON that the schema demands."""


class SpeechError(PostmortemError):
    """No audio could be made."""


class WeightsError(PostmortemError):
    """A model or voice could not be fetched or has the wrong hash."""


class PublishError(PostmortemError):
    """Slack refused a post or an upload."""
