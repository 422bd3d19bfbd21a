"""What each setting is for, in people's words; `.env.example` says the same to whoever sets it."""

from __future__ import annotations

from dashboard.words import mark

SETTINGS = {
    "ADFLUX_HOME": mark("Where the embedded database, Prefect's state and the logs live"),
    "ADFLUX_DATABASE_URL": mark("The database; without it an embedded one"),
    "ADFLUX_DASK_SCHEDULER": mark("Cluster that tries numbers of segments; without it, this machine"),
    "ADFLUX_LOG_FORMAT": mark("How logs are written: text for people, json for machines"),
    "ADFLUX_LIVE": mark("Whether platforms outside this machine may be reached"),
    "ADFLUX_LIVE_ACCOUNTS": mark("Ad accounts that may be spent from then"),
    "ADFLUX_QUIESCENCE_SECONDS": mark("Seconds an unanswered request is looked for before it is sent again"),
    "ADFLUX_CLICK_SECRET": mark("Signs the links of ads; without it, the installation's own secret"),
    "ADFLUX_DASHBOARD_URL": mark("Where people open the dashboard"),
    "ADFLUX_OIDC_METADATA_URL": mark("The login service; without it, whoever sits at this machine"),
    "ADFLUX_OIDC_CLIENT_ID": mark("What the login service calls AdFlux"),
    "ADFLUX_OIDC_CLIENT_SECRET": mark("The secret with it"),
    "ADFLUX_COOKIE_SECRET": mark("Signs the sessions; without it AdFlux keeps one of its own"),
    "ADFLUX_SESSION_HOURS": mark("Hours that a login lasts"),
    "ADFLUX_METRICS_TOKEN": mark("Opens /metrics to a monitoring system; without it, to nobody"),
    "ADFLUX_TRUTH_URL": mark("The pretended world's own truth; only a demo has it"),
    "ADFLUX_KEPT_PAGES_DAYS": mark("Days that the platforms' replies with numbers are kept"),
    "ADFLUX_ALERT_URLS": mark("Where alerts go; without it nobody is told"),
    "OTEL_EXPORTER_OTLP_ENDPOINT": mark("Where traces of runs go; without it, nowhere"),
    "META_GRAPH_URL": mark("Meta's interface, or a sandbox"),
    "META_ACCESS_TOKEN": mark("Meta's access token"),
    "META_APP_ID": mark("The app at Meta"),
    "META_APP_SECRET": mark("The app's secret, which signs each call"),
    "META_AD_ACCOUNT_ID": mark("The ad account at Meta"),
    "META_PAGE_ID": mark("The Facebook page that ads speak for"),
    "META_CONVERSION_ACTION": mark("What Meta counts as an application"),
    "GOOGLE_ADS_ENDPOINT": mark("Google Ads' interface, or a sandbox"),
    "GOOGLE_ADS_AUTH_URI": mark("Where a person agrees to Google's access"),
    "GOOGLE_ADS_TOKEN_URI": mark("Where Google's access is renewed"),
    "GOOGLE_ADS_CA_FILE": mark("Certificates trusted for Google instead of the built-in ones"),
    "GOOGLE_ADS_CUSTOMER_ID": mark("The ad account at Google"),
    "GOOGLE_ADS_LOGIN_CUSTOMER_ID": mark("The manager account above it, if any"),
    "GOOGLE_ADS_CLIENT_ID": mark("The OAuth client at Google"),
    "GOOGLE_ADS_CLIENT_SECRET": mark("The OAuth client's secret"),
    "GOOGLE_ADS_REFRESH_TOKEN": mark("Renews Google's access in the name of a person"),
    "GOOGLE_ADS_SERVICE_ACCOUNT_FILE": mark("Key file of a service account instead of a person"),
    "GOOGLE_ADS_DEVELOPER_TOKEN": mark("Developer token; Google no longer asks for one"),
    "GOOGLE_ADS_DAILY_OPERATIONS": mark("Operations that Google allows in 24 hours"),
    "GEMINI_BASE_URL": mark("Gemini's interface, or a sandbox"),
    "GEMINI_API_KEY": mark("Gemini's key; without it, ads are written by template"),
    "GEMINI_MODEL": mark("Which model writes the ads"),
    "GEMINI_REQUESTS_PER_MINUTE": mark("Calls to Gemini in a minute"),
    "GEMINI_REQUESTS_PER_DAY": mark("Calls to Gemini in a day"),
    "GEMINI_USD_PER_MILLION_INPUT_TOKENS": mark("Price of what Gemini reads, by the million tokens"),
    "GEMINI_USD_PER_MILLION_OUTPUT_TOKENS": mark("Price of what Gemini writes, by the million tokens"),
}
CHECKS = {
    "database": (
        mark("Database"),
        mark(
            "Start PostgreSQL 14 or newer, or unset ADFLUX_DATABASE_URL so that an embedded one is started."
        ),
    ),
    "clock": (mark("Clock"), mark("Set the machine's clock: schedules and windows depend on it.")),
    "watch": (
        mark("Watch"),
        mark("Let cron or systemd run `adflux watch` every five minutes, or nobody is told of what dies."),
    ),
    "numbers": (
        mark("Numbers"),
        mark("See Data health; what is scheduled runs as long as `adflux up` does."),
    ),
}
