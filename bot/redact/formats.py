"""Credentials that are told by their own form, as their issuers publish it. Data; the engine is in `redactor`."""

import re

PRIVATE_KEY_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,24}PRIVATE KEY(?: BLOCK)?-----")
PRIVATE_KEY_END = re.compile(r"-----END [A-Z0-9 ]{0,24}PRIVATE KEY(?: BLOCK)?-----")

_EDGE = r"(?<![A-Za-z0-9])"
_END = r"(?![A-Za-z0-9])"

# Each starts with letters that a token scanner finds at a token's start: see `suspects`.
PREFIXED = (
    r"A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}" + _END,  # AWS key ids
    r"AIza[0-9A-Za-z_-]{33,40}",  # Google API keys
    r"GOCSPX-[0-9A-Za-z_-]{20,}",  # Google OAuth client secrets
    r"gh[pousr]_[0-9A-Za-z]{30,255}",  # GitHub
    r"github_pat_[0-9A-Za-z_]{22,255}",
    r"gl(?:pat|dt|rt|cbt|ptt|ft|agent|oas|soat|imt|ffct)-[0-9A-Za-z_-]{18,}(?:\.[0-9a-z]{2,}(?:\.[0-9a-z]{7,})?)?",  # GitLab
    r"xox[abceoprs](?:\.xox[bp])?-[0-9A-Za-z-]{10,}",  # Slack
    r"xapp-[0-9]-[0-9A-Za-z-]{10,}",
    r"(?:sk|rk|pk)_(?:live|test)_[0-9A-Za-z]{10,}",  # Stripe
    r"whsec_[0-9A-Za-z+/=]{20,}",
    r"(?:AC|SK)[0-9a-f]{32}" + _END,  # Twilio
    r"key-[0-9a-f]{32}" + _END,  # Mailgun
    r"[0-9a-f]{32}-us[0-9]{1,2}" + _END,  # Mailchimp
    r"npm_[0-9A-Za-z]{30,}",
    r"pypi-[0-9A-Za-z_-]{40,}",
    r"rubygems_[0-9a-f]{40,}",
    r"oy2[0-9a-z]{43}" + _END,  # NuGet
    r"dckr_[po]at_[0-9A-Za-z_-]{20,}",
    r"sk-(?:ant-|proj-|svcacct-|admin-|or-v1-|lf-)?[0-9A-Za-z_-]{20,}",  # OpenAI, Anthropic and others of the form
    r"(?:hf|gsk|r8|sbp|nvapi|pplx|xai|csk|tvly)[_-][0-9A-Za-z_-]{20,}",  # model and search providers
    r"NR(?:AK|II|JS|RA)-[0-9A-Za-z_-]{20,}",  # New Relic
    r"glsa_[0-9A-Za-z]{20,}_[0-9a-f]{8}",  # Grafana
    r"glc_[0-9A-Za-z+/=_-]{20,}",
    r"sntry[su]_[0-9A-Za-z+/=_-]{20,}",  # Sentry
    r"do[opr]_v1_[0-9a-f]{40,}",  # DigitalOcean
    r"lin_(?:api|oauth)_[0-9A-Za-z]{20,}",
    r"shp(?:at|ca|pa|ss|ua)_[0-9a-fA-F]{32}",  # Shopify
    r"sq0(?:atp|csp|idp)-[0-9A-Za-z_-]{20,}",  # Square
    r"dapi[0-9a-f]{32}(?:-[0-9])?",  # Databricks
    r"ATATT3[0-9A-Za-z_=-]{30,}",  # Atlassian
    r"HRKU-[0-9A-Za-z_-]{20,}",  # Heroku
    r"fo1_[0-9A-Za-z_-]{20,}",  # Fly.io
    r"pscale_(?:tkn|pw|oauth)_[0-9A-Za-z_.-]{20,}",  # PlanetScale
    r"ntn_[0-9A-Za-z]{20,}",  # Notion
    r"secret_[0-9A-Za-z]{40,}",
    r"figd_[0-9A-Za-z_-]{20,}",
    r"PMAK-[0-9a-f]{20,}-[0-9a-f]{20,}",  # Postman
    r"AGE-SECRET-KEY-1[0-9A-Z]{40,}",
    r"tskey-[a-z]+-[0-9A-Za-z_-]{16,}",  # Tailscale
    r"ops_eyJ[0-9A-Za-z_-]{40,}",  # 1Password
    r"pk_[0-9]+_[0-9A-Z]{30,}",  # ClickUp
    r"pat[0-9A-Za-z]{14}\.[0-9a-f]{64}",  # Airtable
    r"eyJ[0-9A-Za-z_-]{10,}(?:\.[0-9A-Za-z_-]*){2,4}",  # JSON web tokens, signed or encrypted
    r"LS0tLS1CRUdJTi[0-9A-Za-z+/=]{20,}",  # a key in PEM form, in base64 once more, as in cluster secrets
    r"eyJrIjoi[0-9A-Za-z+/=_-]{30,}",  # Grafana's former API keys
)
PREFIXED_TOKEN = re.compile(_EDGE + "(?:" + "|".join(PREFIXED) + ")")

# A word of letters, digits, _ and - (digits masked as 0) may begin with one of them, also after an underscore or hyphen.
TOKEN_START = re.compile(
    rb"(?:.*[-_])?(?:A(?:KIA|SIA|BIA|CCA)|AIza|GOCSPX-|gh[pousr]_|github_pat_|gl(?:pat|dt|rt|cbt|ptt|ft|agent|oas|soat|imt|ffct)-|"
    rb"glsa_|glc_|xox[abceoprs]|xapp-|[srp]k_(?:live|test)_|whsec_|(?:AC|SK)[0a-f]{32}$|key-[0a-f]{32}$|[0a-f]{32}-us0|npm_|pypi-|"
    rb"rubygems_|oy0|dckr_|sk-.{20}|(?:hf|gsk|r0|sbp|nvapi|pplx|xai|csk|tvly)[_-].{20}|NR(?:AK|II|JS|RA)-|sntry|do[opr]_v0_|"
    rb"lin_(?:api|oauth)_|shp[a-z]{2}_[0a-fA-F]{32}|sq0|dapi[0a-f]{32}|ATATT0|HRKU-|fo0_|pscale_|ntn_.{20}|secret_.{40}|figd_|PMAK-|"
    rb"AGE-SECRET|tskey-|ops_eyJ|pk_0|pat[0A-Za-z]{14}$|eyJ|LS0tLS0CRUdJTi|AA[0A-Za-z_-]{33}$)"
)

_BCRYPT = re.compile(r"\$2[aby]\$[0-9]{2}\$[./0-9A-Za-z]{53}")
_VAULT = re.compile(_EDGE + r"hv[sb]\.[0-9A-Za-z_-]{20,}")

# The rest have a separator inside, or stand in an address: found by a literal part (lower case), then by the pattern.
MARKED: tuple[tuple[bytes, re.Pattern[str]], ...] = (
    (b"sg.", re.compile(_EDGE + r"SG\.[0-9A-Za-z_-]{16,32}\.[0-9A-Za-z_-]{16,64}")),  # SendGrid
    (b"ya29.", re.compile(_EDGE + r"ya29\.[0-9A-Za-z_.-]{20,}")),  # Google OAuth
    (b"8q~", re.compile(_EDGE + r"[0-9A-Za-z_~.-]{3}8Q~[0-9A-Za-z_~.-]{31,34}")),  # Entra client secrets
    (b".atlasv1.", re.compile(_EDGE + r"[0-9A-Za-z]{14}\.atlasv1\.[0-9A-Za-z_=-]{40,}")),  # Terraform
    (b"hvs.", _VAULT),
    (b"hvb.", _VAULT),
    (b"dp.", re.compile(_EDGE + r"dp\.(?:pt|st|ct|sa|scim|audit)\.[0-9A-Za-z._-]{30,}")),  # Doppler
    (b":aa", re.compile(_EDGE + r"[0-9]{8,10}:AA[0-9A-Za-z_-]{33}")),  # Telegram
    (b"hooks.slack", re.compile(r"(?<=hooks\.slack\.com/)(?:services|workflows|triggers)/[0-9A-Za-z/_-]{10,}")),
    (b"api/webhooks/", re.compile(r"(?<=api/webhooks/)[0-9]{5,}/[0-9A-Za-z_-]{20,}")),  # Discord
    (b"webhook.office", re.compile(r"(?<=webhook\.office\.com/)[0-9A-Za-z@/_-]{20,}")),  # Teams
    (b"$2a$", _BCRYPT),  # password hashes
    (b"$2b$", _BCRYPT),
    (b"$2y$", _BCRYPT),
    (b"$5$", re.compile(r"\$5\$[^\s:$]{1,40}\$[./0-9A-Za-z$]{20,}")),
    (b"$6$", re.compile(r"\$6\$[^\s:$]{1,40}\$[./0-9A-Za-z$]{20,}")),
    (b"$y$", re.compile(r"\$y\$[./0-9A-Za-z$]{20,}")),
    (b"$argon2", re.compile(r"\$argon2(?:id?|d)\$[^\s\"']{20,}")),
    (b"sig=", re.compile(r"(?<=[?&]sig=)[^&\s\"'<>]{20,}")),  # Azure shared access signatures
    (b"signature=", re.compile(r"(?i)(?<=signature=)[0-9A-Za-z%+/=_-]{20,}")),  # signed addresses of AWS and Google
)
