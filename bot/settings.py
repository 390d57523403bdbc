"""The configuration, in one place: the only reader of the environment and of the TOML file.

Order, strongest first: keyword arguments (command-line options), environment, TOML file, defaults. `SLACK_*` and
`OLLAMA_HOST` keep the names that their own tools use; everything else is `TESTING_POSTMORTEM_` + key.
"""

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from bot.errors import SettingsError

APP = "testing-postmortem"


def _xdg(variable: str, fallback: str) -> Path:
    return Path(os.environ.get(variable) or Path.home() / fallback) / APP


def _named(name: str) -> AliasChoices:
    """A setting whose environment name is not ours to choose; the TOML key stays the lower-case one."""
    return AliasChoices(name.lower(), name)


class Settings(BaseSettings):
    """Every setting, its default and what it is for; README's table is made from this class."""

    model_config = SettingsConfigDict(
        env_prefix="TESTING_POSTMORTEM_", extra="forbid", frozen=True, populate_by_name=True
    )

    slack_bot_token: SecretStr | None = Field(
        None, validation_alias=_named("SLACK_BOT_TOKEN"), description="Bot token, `xoxb-…`."
    )
    slack_app_token: SecretStr | None = Field(
        None, validation_alias=_named("SLACK_APP_TOKEN"), description="App token for Socket Mode, `xapp-…`."
    )
    slack_signing_secret: SecretStr | None = Field(
        None, validation_alias=_named("SLACK_SIGNING_SECRET"), description="Signing secret, for HTTP mode."
    )
    slack_api_url: str = Field(
        "https://slack.com/api/",
        validation_alias=_named("SLACK_API_URL"),
        description="Slack's Web API, or a peer for tests.",
    )
    slack_mode: Literal["socket", "http"] = Field(
        "socket", description="`socket` needs no public address; `http` serves signed requests at `/slack/events`."
    )

    ollama_host: str | None = Field(
        None,
        validation_alias=_named("OLLAMA_HOST"),
        description="Ollama's address. Unset: 127.0.0.1:11434 if it answers, else the embedded endpoint.",
    )
    model: str = Field("qwen2.5-coder:1.5b", description="Model name in Ollama (or of the embedded endpoint).")
    model_pull: bool = Field(False, description="Pull a missing model by itself.")
    num_ctx: int = Field(8192, ge=1024, description="Context length in tokens that is asked for in every call.")
    keep_alive: str = Field("30m", description="How long Ollama keeps the model in memory after a call.")
    model_timeout_s: float = Field(600, gt=0, description="Longest time for one model call, in seconds.")
    model_threads: int = Field(
        0, ge=0, description="Threads of the embedded endpoint; 0: all cores but one, at least one."
    )

    incident_channels: str = Field(
        r"^(inc|incident)[-_]", description="Regular expression: only channels that match start by themselves."
    )
    resolved_pattern: str = Field(
        r"\b(resolved|closed|all[ -]clear)\b",
        description="Regular expression on topic, name and bot messages that means resolved.",
    )
    review_channel: str | None = Field(None, description="Channel id for reviews of archived channels.")
    settle_s: float = Field(600, ge=0, description="Seconds to wait after a resolve before the review starts.")
    allow_shared_channels: bool = Field(False, description="Post in channels shared with other organisations.")

    max_file_mb: int = Field(64, ge=1, description="Largest attachment to download, in MB.")
    max_unpacked_mb: int = Field(512, ge=1, description="Largest unpacked size of one attachment, in MB.")
    max_messages: int = Field(20000, ge=1, description="Most messages read from one channel.")

    audio: bool = Field(True, description="Make the spoken summary.")
    speech_engine: Literal["kokoro-onnx", "kokoro"] = Field(
        "kokoro-onnx", description="`kokoro` needs the extra of that name (PyTorch)."
    )
    voice: str = Field("af_heart", description="Kokoro voice.")

    port: int = Field(8080, ge=0, le=65535, description="Port of health, metrics and (in HTTP mode) Slack's requests.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    database_url: str | None = Field(None, description="Durable state; unset: SQLite in the data folder.")
    executor_id: str = Field("local", description="Unique, stable id of this process among its replicas.")
    retention_days: int = Field(90, ge=1, description="Case files older than this are deleted by the daily sweep.")
    log_format: Literal["console", "json"] = Field("console", description="Log lines for people or for machines.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")

    data_dir: Path = Field(
        default_factory=lambda: _xdg("XDG_DATA_HOME", ".local/share"), description="Case files and durable state."
    )
    cache_dir: Path = Field(default_factory=lambda: _xdg("XDG_CACHE_HOME", ".cache"), description="Models and voices.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=_toml_file)


_toml_file: Path | None = None


def default_config_file() -> Path:
    """Where the TOML file is looked for when `--config` is not given."""
    return _xdg("XDG_CONFIG_HOME", ".config") / "config.toml"


def load(config: Path | None = None, **overrides: Any) -> Settings:
    """Read the settings once, at the composition root. Raises SettingsError naming the key and the reason."""
    global _toml_file  # noqa: PLW0603 - pydantic-settings takes the file from the class, not from the call
    if config is not None and not config.is_file():
        raise SettingsError(f"There is no configuration file at {config}. Create it, or leave out --config.")
    _toml_file = config or default_config_file()
    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors()]
        raise SettingsError("The configuration is not valid. " + "; ".join(lines)) from error
