"""`Settings`: every setting of the product, with its type, default and description."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from settings import checks
from settings.problems import PREFIX, InvalidSettings, from_validation, unknown_variables

LogFormat = Literal["console", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]
SignUpPlan = Literal["unlimited", "basic", "standard", "advanced"]
StatusProfile = Literal["audit", "draft"]


def _default_log_format() -> LogFormat:
    return "console" if sys.stderr.isatty() else "json"


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


class Settings(BaseSettings):
    """The configuration, read once from the environment by a composition root and handed down.

    Raises InvalidSettings, with every problem at once, when the environment does not make one.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", validate_default=True, env_ignore_empty=True
    )

    data_dir: Annotated[Path, AfterValidator(_absolute)] = Field(
        Path(".deskgraph"),
        description="Folder for the embedded database, uploads, undelivered mail and the secret key.",
    )
    database_url: SecretStr | None = Field(
        None,
        description="PostgreSQL 15 or newer, as postgresql://user:password@host:port/name. "
        "Without one, an embedded PostgreSQL is started in the data folder.",
    )
    database_pool_size: int = Field(
        10, ge=1, le=500, description="Database connections each process may hold."
    )
    host: str = Field(
        "127.0.0.1", min_length=1, description="Address to listen on. 0.0.0.0 for every interface."
    )
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    workers: int = Field(
        1, ge=1, le=64, description="Web processes. One for each two CPU cores is a good start."
    )
    public_url: str | None = Field(
        None, description="Address people reach the desk at, used in mails. Default: http://<host>:<port>."
    )
    multi_tenant: bool = Field(
        True, description="Off: the installation has exactly one tenant, named default."
    )
    founder_email: str | None = Field(
        None,
        description="With multi-tenancy off: who is invited as founder when the first start makes the only tenant.",
    )
    founder_name: str = Field("Founder", min_length=1, description="The name of that founder.")
    sign_up: bool = Field(
        False,
        description="Whether visitors found helpdesks of their own, by tenantCreate at the installation's own host "
        "name. Not with multi-tenancy off.",
    )
    sign_up_plan: SignUpPlan = Field(
        "unlimited", description="The plan that those helpdesks get; tenant plans lists them."
    )
    base_domain: str = Field("localhost", description="A tenant answers at <slug>.<base domain>.")
    allowed_origins: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        description="Origins of browser applications elsewhere that may call the API, separated by commas.",
    )
    secret_key: SecretStr | None = Field(
        None,
        description="Seals secrets at rest; 32 characters or more, the same on every machine. "
        "Without one, a random key is made once in <data folder>/secret.key.",
    )
    old_secret_keys: SecretStr | None = Field(
        None,
        description="Former secret keys, separated by commas. What they sealed can still be opened, and is sealed anew "
        "with the present key within a few hours.",
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="Outgoing mail, as smtp://user:password@host:587?tls=starttls (or implicit, none). "
        "Without one, mail lands as .eml files in <data folder>/mail.",
    )
    mail_from: str = Field(
        "Deskgraph <desk@localhost>", description="Sender of mails the product itself writes."
    )
    notification_mail_minutes: int = Field(
        5,
        ge=2,  # when somebody was seen is kept to the minute
        le=1440,
        description="How long an agent must be away before what they have not read is mailed to them.",
    )
    ticket_url: str | None = Field(
        None,
        description="Address of a ticket in your own interface, for links in mails; {number}, {id} and {tenant} stand "
        "for the ticket's number, its id and the tenant's slug. Default: <public url>/tickets/{number}.",
    )
    redis_url: SecretStr | None = Field(
        None,
        description="Redis or Valkey, as redis://host:6379/0, for wake-ups and rate limits shared by all processes. "
        "rediss:// for TLS. Optional.",
    )
    redis_ca_file: Annotated[Path, AfterValidator(_absolute), AfterValidator(checks.authorities)] | None = (
        Field(
            None,
            description="PEM file with the authorities that may vouch for a Redis at rediss://. Default: the system's.",
        )
    )
    broker_url: SecretStr | None = Field(
        None,
        description="RabbitMQ as amqp://user:password@host:5672/vhost, or Redis as redis://host:6379/1 (amqps:// or "
        "rediss:// for TLS): Celery workers then run the jobs. Optional; without one, the worker runs them itself.",
    )
    broker_ca_file: Annotated[Path, AfterValidator(_absolute), AfterValidator(checks.authorities)] | None = (
        Field(
            None,
            description="PEM file with the authorities that may vouch for a broker at amqps:// or rediss://. "
            "Default: the system's.",
        )
    )
    log_format: LogFormat = Field(
        default_factory=_default_log_format,
        description="console or json. Default: console on a terminal, else json.",
    )
    log_level: LogLevel = Field("info", description="debug, info, warning or error.")
    graphql_deadline_seconds: float = Field(
        10.0, gt=0, le=300, description="Longest time one API request may take."
    )
    graphql_max_body_bytes: int = Field(1_048_576, ge=1024, description="Largest body of an API request.")
    graphql_max_answer_bytes: int = Field(
        10_485_760, ge=65_536, description="Largest answer to an API request."
    )
    graphql_max_cost: int = Field(5000, ge=1, description="Highest cost of one operation.")
    graphql_max_depth: int = Field(12, ge=1, description="Deepest nesting of one operation.")
    graphql_max_aliases: int = Field(60, ge=0, description="Most aliases in one operation.")
    graphql_max_tokens: int = Field(2000, ge=10, description="Most lexical tokens in one document.")
    graphql_max_root_fields: int = Field(20, ge=1, description="Most root fields in one operation.")
    graphql_max_mutations: int = Field(5, ge=1, description="Most mutations in one operation.")
    graphql_points_per_minute: int = Field(
        100_000, ge=1, le=2_147_483_647, description="Cost one token may spend in a minute."
    )
    graphql_points_per_minute_tenant: int = Field(
        500_000, ge=1, le=2_147_483_647, description="Cost one tenant may spend in a minute."
    )
    graphql_status_profile: StatusProfile = Field(
        "audit",
        description="HTTP status of a response with errors and partial data: audit follows the "
        "GraphQL-over-HTTP audit (200), draft the newest draft (294).",
    )
    live_operations_per_socket: int = Field(
        100, ge=1, le=10_000, description="Most operations that run at once over one WebSocket."
    )
    live_streams_per_token: int = Field(
        100, ge=1, description="Most WebSockets and streams that one token may have open."
    )
    live_streams_per_tenant: int = Field(
        5000, ge=1, description="Most WebSockets and streams that one tenant may have open."
    )
    live_opening_seconds: float = Field(
        10.0, gt=0, le=300, description="How long a WebSocket may take to send `connection_init`."
    )
    live_keep_alive_seconds: float = Field(
        12.0, gt=0, le=300, description="How often a stream without events shows that it is alive."
    )
    live_send_seconds: float = Field(
        10.0, gt=0, le=300, description="How long one event may wait for a client that does not read."
    )
    live_recheck_seconds: float = Field(
        2.0, gt=0, le=4, description="How often the tokens of everything open are looked at again."
    )
    trusted_documents: Annotated[Path, AfterValidator(checks.readable_file)] | None = Field(
        None, description="JSON file of trusted documents: an object of id to GraphQL text."
    )
    trusted_documents_only: bool = Field(
        False,
        description="Browser sessions and callers without a credential may send trusted documents "
        "only. Bearer tokens may still send any text.",
    )
    introspection: bool = Field(True, description="Whether the schema may be introspected.")
    explorer: bool = Field(True, description="Whether the explorer is served at /.")
    upload_max_bytes: int = Field(25 * 1024 * 1024, ge=1024, description="Largest file that may be uploaded.")
    session_days: int = Field(14, ge=1, le=365, description="How long a sign-in lasts.")
    invitation_days: int = Field(7, ge=1, le=90, description="How long an invitation can be accepted.")
    storage: str = Field(
        "storage_local.folder",
        description="Where files are kept: a plugin's storage backend, as plugin.backend. The server does not start "
        "without that plugin.",
    )
    storage_config: SecretStr | None = Field(
        None,
        description='The backend\'s configuration, a JSON object. {"$env": "NAME"} in it stands for another variable. '
        "Default: the folder files in the data folder.",
    )
    plugins_path: (
        Annotated[Path, AfterValidator(_absolute), AfterValidator(checks.readable_folder)] | None
    ) = Field(
        None,
        description="Folder whose Python files are plugins, one each. Whoever may write there may do anything.",
    )
    plugins_allow: Annotated[list[str], NoDecode] | None = Field(
        None, description="Names of the only plugins to load, separated by commas. Default: every one found."
    )
    plugins_deny: Annotated[list[str], NoDecode] = Field(
        default_factory=list, description="Names of plugins not to load, separated by commas."
    )
    plugins_required: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        description="Names of plugins without which the server does not start, separated by commas.",
    )
    plugins_safe_mode: bool = Field(
        False, description="Load no plugin but those that are required, to find out which one makes trouble."
    )
    plugins_strict: bool = Field(
        False, description="Do not start when any plugin is broken. For tests of an installation."
    )
    outgoing_allow: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        description="Hosts and networks that webhooks and plugins may reach although they are private, separated by "
        "commas, as in hooks.intranet,172.16.5.0/24.",
    )
    outgoing_http: bool = Field(
        False, description="Whether webhooks and plugins may go to http:// addresses, unencrypted."
    )
    webhook_max_cost: int = Field(
        500, ge=1, description="Highest cost of a webhook's query. It runs once for each event."
    )
    webhook_pause_days: int = Field(
        3, ge=1, le=30, description="A webhook that only fails for so many days is paused."
    )
    webhook_log_days: int = Field(
        30, ge=4, le=400, description="How long deliveries of webhooks are kept, with what they carried."
    )
    events_retention_days: int = Field(
        0,
        ge=0,
        le=36_500,
        description="How long events are kept, by whole months: a month goes when its last day is this old, "
        "and with it the entries of timelines that are no messages. 0 keeps them for ever.",
    )
    worker_poll_seconds: float = Field(
        1.0, gt=0, le=60, description="How often the worker looks for due jobs when nothing wakes it."
    )
    stop_grace_seconds: int = Field(
        20, ge=1, le=600, description="How long requests and jobs may finish at a stop."
    )

    def __init__(self, **values: Any) -> None:
        unknown = unknown_variables(os.environ, type(self).model_fields)
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise InvalidSettings([*from_validation(error), *unknown]) from error
        if unknown:
            raise InvalidSettings(unknown)

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: Any) -> Any:
        parts = value.split(",") if isinstance(value, str) else value
        return [checks.origin(part.strip()) for part in parts if part.strip()]

    @field_validator("outgoing_allow", mode="before")
    @classmethod
    def _split_hosts(cls, value: Any) -> Any:
        parts = value.split(",") if isinstance(value, str) else value
        return [checks.host_or_network(part.strip()) for part in parts if part.strip()]

    @field_validator("storage")
    @classmethod
    def _check_storage(cls, value: str) -> str:
        return checks.contribution(value)

    @field_validator("plugins_allow", "plugins_deny", "plugins_required", mode="before")
    @classmethod
    def _split_plugins(cls, value: Any) -> Any:
        parts = value.split(",") if isinstance(value, str) else value
        return parts and [checks.plugin_name(part.strip()) for part in parts if part.strip()]

    @field_validator("base_domain")
    @classmethod
    def _check_base_domain(cls, value: str) -> str:
        return checks.host_name(value)

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, value: str | None) -> str | None:
        return None if value is None else checks.web_address(value)

    @field_validator("ticket_url")
    @classmethod
    def _check_ticket_url(cls, value: str | None) -> str | None:
        return None if value is None else checks.ticket_address(value)

    @field_validator("mail_from")
    @classmethod
    def _check_mail_from(cls, value: str) -> str:
        return checks.mail_address(value)

    @field_validator(
        "database_url",
        "redis_url",
        "broker_url",
        "smtp_url",
        "secret_key",
        "old_secret_keys",
        "storage_config",
    )
    @classmethod
    def _check_secret(cls, value: SecretStr | None, info: Any) -> SecretStr | None:
        return (
            None if value is None else SecretStr(getattr(checks, info.field_name)(value.get_secret_value()))
        )

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _lower_case(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _only_trusted_needs_documents(self) -> Self:
        if self.trusted_documents_only and self.trusted_documents is None:
            raise ValueError(
                "DESKGRAPH_TRUSTED_DOCUMENTS_ONLY needs DESKGRAPH_TRUSTED_DOCUMENTS to name their file."
            )
        return self

    @model_validator(mode="after")
    def _sign_up_needs_many_tenants(self) -> Self:
        if self.sign_up and not self.multi_tenant:
            raise ValueError(
                "DESKGRAPH_SIGN_UP needs DESKGRAPH_MULTI_TENANT: there is one tenant without it."
            )
        return self

    @model_validator(mode="after")
    def _required_plugins_are_not_denied(self) -> Self:
        if both := sorted({*self.plugins_required} & {*self.plugins_deny}):
            raise ValueError(
                f"DESKGRAPH_PLUGINS_REQUIRED and DESKGRAPH_PLUGINS_DENY both name {', '.join(both)}."
            )
        return self

    @property
    def base_url(self) -> str:
        """The address that links begin with, without a slash at its end."""
        if self.public_url is not None:
            return self.public_url
        host = "localhost" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def ticket_link(self) -> str:
        """The address of a ticket, with `{number}`, `{id}` and `{tenant}` to be filled in."""
        return self.ticket_url or f"{self.base_url}/tickets/{{number}}"
